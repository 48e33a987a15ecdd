"""Reads Prometheus's text exposition format 0.0.4, strictly: what a scraper might forgive raises ValueError."""
import re

NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
SAMPLE = re.compile(rf"({NAME})(?:\{{(.*)\}})? (\S+)")
LABEL = re.compile(r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(?:,|$)')
NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?([eE][+-]?\d+)?|Inf)|NaN")
SUFFIXES = {"histogram": ("_bucket", "_sum", "_count"), "counter": ("",), "gauge": ("",)}


class Metrics:
    """Values by name and labels: metrics.value("x_total", type="y")."""

    def __init__(self, text):
        self.types, self.helps, self.samples = {}, {}, {}
        family, finished = None, set()
        if not text.endswith("\n"):
            raise ValueError("the last line has no end")
        for line in text[:-1].split("\n"):
            if line.startswith("# "):
                word, name, rest = line[2:].split(" ", 2)
                if word not in ("HELP", "TYPE") or not re.fullmatch(NAME, name):
                    raise ValueError(line)
                if name != family:
                    if name in finished:
                        raise ValueError(f"{name} comes in two places")
                    finished.add(family)
                    family = name
                kept = self.helps if word == "HELP" else self.types
                if name in kept:
                    raise ValueError(f"{name} has two {word} lines")
                if word == "TYPE" and rest not in SUFFIXES:
                    raise ValueError(line)
                kept[name] = rest
                continue
            self.add_sample(family, line)
        for name, kind in self.types.items():
            if name not in self.helps or not self.helps[name].strip():
                raise ValueError(f"{name} has no help")
            if (kind == "counter") != name.endswith("_total"):
                raise ValueError(f"{name} is a {kind}")
            if kind == "histogram":
                self.check_histogram(name)

    def add_sample(self, family, line):
        match = SAMPLE.fullmatch(line)
        if not match or not NUMBER.fullmatch(match[3]):
            raise ValueError(f"no sample: {line!r}")
        name, text, number = match[1], match[2] or "", float(match[3].replace("Inf", "inf"))
        kind = self.types.get(family)
        if kind is None or name not in [family + suffix for suffix in SUFFIXES[kind]]:
            raise ValueError(f"{line!r} stands under {family}, {kind}")
        if kind == "counter" and not number >= 0:
            raise ValueError(f"{line!r}: a counter below zero")
        labels = LABEL.findall(text)
        if LABEL.sub("", text) or len(dict(labels)) != len(labels):
            raise ValueError(f"bad labels: {line!r}")
        key = (name, frozenset(labels))
        if key in self.samples:
            raise ValueError(f"twice: {line!r}")
        self.samples[key] = number

    def check_histogram(self, name):
        series = {}
        for (sample, labels), number in self.samples.items():
            if sample == name + "_bucket":
                bound = dict(labels)["le"]
                others = frozenset(label for label in labels if label[0] != "le")
                series.setdefault(others, []).append((float(bound.replace("Inf", "inf")), number))
        for labels, buckets in series.items():
            if buckets != sorted(buckets) or [n for _, n in buckets] != sorted(n for _, n in buckets):
                raise ValueError(f"{name}{set(labels)}: buckets do not add up")
            if buckets[-1] != (float("inf"), self.samples[(name + "_count", labels)]):
                raise ValueError(f"{name}{set(labels)}: the count is not the last bucket")
            if (name + "_sum", labels) not in self.samples:
                raise ValueError(f"{name}{set(labels)} has no sum")

    def value(self, name, **labels):
        return self.samples[(name, frozenset(labels.items()))]

    def get(self, name, **labels):
        """0 where there is no such series: those of errors begin with the first."""
        return self.samples.get((name, frozenset(labels.items())), 0)
