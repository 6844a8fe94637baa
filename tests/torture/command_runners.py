"""Three command runners: `run_concurrently` gives each a command and waits for all results."""

import json
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from tests.torture.command_process import CommandExecutor

RUNNER_COUNT = 3


def serialize_command(command):
    return json.dumps({name: str(value) for name, value in command.items()})


class ProcessRunner:
    """Runners in processes: slower to start, but they share nothing except the stores."""

    def __init__(self, running, *arguments):
        self.processes = [running.start("command_process", *arguments) for _ in range(RUNNER_COUNT)]
        assert [self.read_answer(process) for process in self.processes] == ["ready"] * RUNNER_COUNT

    def run_concurrently(self, *commands):
        for process, command in zip(self.processes, commands, strict=True):
            process.stdin.write(serialize_command(command) + "\n")
        for process in self.processes:
            process.stdin.flush()
        return [self.read_answer(process) for process in self.processes]

    def read_answer(self, process):
        return process.stdout.readline().strip()


class ThreadRunner:
    """Runners in threads, each with its own stores."""

    def __init__(self, *arguments):
        self.executors = [CommandExecutor(*map(str, arguments)) for _ in range(RUNNER_COUNT)]
        self.threads = ThreadPoolExecutor(RUNNER_COUNT)
        self.barrier = Barrier(RUNNER_COUNT)

    def run_concurrently(self, *commands):
        return list(self.threads.map(self.execute_line, self.executors, map(serialize_command, commands)))

    def execute_line(self, commander, line):
        self.barrier.wait()
        return commander.execute_line(line)

    def close(self):
        self.threads.shutdown()
        for commander in self.executors:
            commander.close()
