"""Trains a classifier of handwritten digits, on the 1,797 images that scikit-learn ships."""

import argparse
import sys
import time

import numpy as np
from sklearn.datasets import load_digits
from sklearn.linear_model import SGDClassifier
from sklearn.model_selection import train_test_split


def main():
    options = parse_arguments()
    images, digits = load_digits(return_X_y=True)
    train_x, test_x, train_y, test_y = train_test_split(
        images / 16, digits, test_size=0.25, random_state=0, stratify=digits
    )
    print(f"Python of {sys.prefix}")
    print(f"{len(train_x)} images to learn from, {len(test_x)} to be tested with")

    model = SGDClassifier(loss="log_loss", average=True, random_state=0)
    started = time.perf_counter()
    for epoch in range(1, options.epochs + 1):
        for batch in batches(len(train_x), options.batch_size, seed=epoch):
            model.partial_fit(train_x[batch], train_y[batch], classes=np.unique(digits))
        print(f"epoch {epoch}: accuracy {model.score(test_x, test_y):.3f}", flush=True)
    seconds = time.perf_counter() - started
    print(f"accuracy {model.score(test_x, test_y):.3f} after {seconds:.1f} s in batches of {options.batch_size}")


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--batch_size", type=int, default=32)
    parser.add_argument("--epochs", type=int, default=5)
    return parser.parse_args()


def batches(count, size, seed):
    """Splits the numbers below `count`, shuffled, into arrays of at most `size`."""
    order = np.random.default_rng(seed).permutation(count)
    return np.split(order, range(size, count, size))


if __name__ == "__main__":
    main()
