"""Drawing: charts as SVG in plain attributes, so that browsers and printers' tools draw them alike."""
