"""`python -m triton_doctor`."""

from triton_doctor.cli import main

if __name__ == "__main__":
    main()
