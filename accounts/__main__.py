"""Run the account service: `python -m accounts`."""

from accounts.server import main

if __name__ == "__main__":
    main()
