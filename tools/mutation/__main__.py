"""`python -m tools.mutation`: break the course on purpose and list what no check notices."""

from tools.mutation.mutation_run import main

if __name__ == "__main__":
    main()
