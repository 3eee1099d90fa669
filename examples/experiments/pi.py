"""Estimates pi: of darts that hit a square, the share that hits the circle in it."""

import argparse
import json
import pathlib
import random


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--samples", type=int, required=True)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    options = parser.parse_args()

    darts = random.Random(options.seed)
    hits = sum(darts.random() ** 2 + darts.random() ** 2 <= 1 for _ in range(options.samples))
    pi = 4 * hits / options.samples

    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(json.dumps({"samples": options.samples, "pi": pi}) + "\n")
    print(f"pi is about {pi:.3f} after {options.samples} darts")


if __name__ == "__main__":
    main()
