"""Make bpkit/breast_cancer.csv from scikit-learn's copy of the data set."""

from __future__ import annotations

from sklearn.datasets import load_breast_cancer

from tools.project import ROOT

CSV = ROOT / "bpkit" / "breast_cancer.csv"
SOURCE = """\
# Breast Cancer Wisconsin (Diagnostic), 569 samples, label and 30 features.
# W. Wolberg, O. Mangasarian, N. Street and W. Street (1993), UCI Machine Learning Repository,
# https://doi.org/10.24432/C5DW2B, license: CC BY 4.0, https://creativecommons.org/licenses/by/4.0/
# The label, here 1 for malignant and 0 for benign, comes first; the features are as published.
"""


def csv_text() -> str:
    """Return the text of the file, each number in the shortest form that keeps its value."""
    data = load_breast_cancer()
    malignant = 1 - data.target
    header = ",".join(["malignant", *(name.replace(" ", "_") for name in data.feature_names)])
    rows = [
        ",".join([str(int(label)), *(repr(float(value)) for value in sample)])
        for label, sample in zip(malignant, data.data, strict=True)
    ]
    return SOURCE + "\n".join([header, *rows]) + "\n"


if __name__ == "__main__":
    CSV.write_text(csv_text(), encoding="utf-8", newline="\n")
