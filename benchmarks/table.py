"""What the benchmarks' runners share: the table, and what machine it was made on."""
import os
import sys
import time


class Table:
    def __init__(self):
        self.rows = []

    def report(self, what, measured, to_reach, ratio):
        """`ratio`: 1 or more is reached."""
        self.rows.append((what, measured, to_reach, f"{ratio:.2f}"))
        print(f"  {what}: {measured} (to reach: {to_reach}; {ratio:.2f})", file=sys.stderr, flush=True)

    def print(self):
        table = [("what", "measured", "to reach", "ratio"), *self.rows]
        widths = [max(len(row[column]) for row in table) for column in range(4)]
        for number, row in enumerate(table):
            print("| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths)) + " |")
            if number == 0:
                print("|" + "|".join("-" * (width + 2) for width in widths) + "|")


def machine():
    model = next((line.split(":", 1)[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), "?")
    load = open("/proc/loadavg").read().split()[0]
    return f"{model}, {os.cpu_count()} cores, Linux {os.uname().release}, load before {load}, {time.strftime('%Y-%m-%d')}"
