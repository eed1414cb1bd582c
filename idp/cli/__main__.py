"""`python -m idp.cli`."""

if __name__ == "__main__":
    # Not above: the processes that an import starts read this file too, and need nothing of the program.
    from idp.cli.program import main

    main()
