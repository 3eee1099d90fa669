"""Counts the words of a text."""

import argparse
import collections
import re


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("text")
    parser.add_argument("--order", choices=["often", "alphabet"], required=True)
    parser.add_argument("--top", type=int, required=True)
    parser.add_argument("--ignore-case", choices=["true", "false"], required=True)
    parser.add_argument("--only", default="")
    options = parser.parse_args()

    text = options.text.lower() if options.ignore_case == "true" else options.text
    words = [word for word in re.findall(r"\w+", text) if re.search(options.only, word)]
    counts = collections.Counter(words).most_common(options.top)
    for word, count in sorted(counts) if options.order == "alphabet" else counts:
        print(count, word)


if __name__ == "__main__":
    main()
