"""Three that take commands: `at_once` hands each of them one, then waits for what became of all."""

import json
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from tests.torture.command_process import Commander

THREE = 3


def line(command):
    return json.dumps({name: str(said) for name, said in command.items()})


class InProcesses:
    """Slower to start, and nothing is shared but the stores."""

    def __init__(self, running, *arguments):
        self.processes = [running.start("commander", *arguments) for _ in range(THREE)]
        assert [self.told(process) for process in self.processes] == ["ready"] * THREE

    def at_once(self, *commands):
        for process, command in zip(self.processes, commands, strict=True):
            process.stdin.write(line(command) + "\n")
        for process in self.processes:
            process.stdin.flush()
        return [self.told(process) for process in self.processes]

    def told(self, process):
        return process.stdout.readline().strip()


class InThreads:
    """Each on stores of its own."""

    def __init__(self, *arguments):
        self.commanders = [Commander(*map(str, arguments)) for _ in range(THREE)]
        self.threads = ThreadPoolExecutor(THREE)
        self.start = Barrier(THREE)

    def at_once(self, *commands):
        return list(self.threads.map(self.obey, self.commanders, map(line, commands)))

    def obey(self, commander, line):
        self.start.wait()
        return commander.obey(line)

    def close(self):
        self.threads.shutdown()
        for commander in self.commanders:
            commander.close()
