"""Make bpkit/breast_cancer.csv from scikit-learn's copy: python tools/make_data/breast_cancer_csv.py."""

from __future__ import annotations

from pathlib import Path

from sklearn.datasets import load_breast_cancer

CSV = Path(__file__).parents[2] / "bpkit" / "breast_cancer.csv"
SOURCE = """\
# Breast Cancer Wisconsin (Diagnostic), 569 samples, label and 30 features.
# W. Wolberg, O. Mangasarian, N. Street and W. Street (1993), UCI Machine Learning Repository,
# https://doi.org/10.24432/C5DW2B, licence: CC BY 4.0, https://creativecommons.org/licenses/by/4.0/
# The label, here 1 for malignant and 0 for benign, stands first; the features are as published.
"""


def text() -> str:
    """Return the file's whole text, each number in the shortest form that keeps its value."""
    data = load_breast_cancer()
    malignant = 1 - data.target
    header = ",".join(["malignant", *(name.replace(" ", "_") for name in data.feature_names)])
    rows = [
        ",".join([str(int(label)), *(repr(float(value)) for value in sample)])
        for label, sample in zip(malignant, data.data, strict=True)
    ]
    return SOURCE + "\n".join([header, *rows]) + "\n"


if __name__ == "__main__":
    CSV.write_text(text(), encoding="utf-8", newline="\n")
