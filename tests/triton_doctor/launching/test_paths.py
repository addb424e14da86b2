"""One path, as each shell of one machine writes it."""

from __future__ import annotations

import pytest

from triton_doctor.launching.paths import Place, shaped

# place, path, shell -> what is written (None: as it is), and what stands against it.
# The forms are those of Docker's documentation on bind mounts and of WSL's on its file systems.
TABLE: list[tuple[Place, str, str, str | None, str | None]] = [
    ("posix", "/srv/models", "bash", None, None),
    ("posix", "/srv/models", "fish", None, None),
    ("posix", "/srv/models", "powershell", None, None),  # it runs on Linux and macOS too
    ("posix", "/srv/models", "compose", None, None),
    ("posix", "/srv/models", "cmd", None, "elsewhere"),
    ("posix", "/srv/models", "git-bash", None, "elsewhere"),
    ("posix", "/mnt/c/models", "powershell", None, None),  # there it is a folder as any other
    ("windows", r"C:\Users\Ada L\models", "powershell", None, None),
    ("windows", r"C:\Users\Ada L\models", "cmd", None, None),
    ("windows", r"C:\Users\Ada L\models", "compose", None, None),
    ("windows", r"C:\Users\Ada L\models", "git-bash", "C:/Users/Ada L/models", None),
    ("windows", r"C:\Users\Ada L\models", "bash", "/mnt/c/Users/Ada L/models", None),
    ("windows", r"D:\models", "fish", "/mnt/d/models", None),
    ("windows", "d:/models/x", "cmd", r"d:\models\x", None),
    ("windows", "D:\\", "bash", "/mnt/d", None),
    ("windows", "D:\\", "git-bash", "D:/", None),
    ("windows", r"\\nas\share\models", "powershell", None, None),
    ("windows", r"\\nas\share\models", "git-bash", "//nas/share/models", None),
    ("windows", r"\\nas\share\models", "bash", None, "network"),
    ("windows", r"\\wsl.localhost\Ubuntu\home\ada\m", "bash", "/home/ada/m", None),
    ("windows", r"\\wsl$\Ubuntu", "bash", "/", None),
    ("windows", r"\\wsl$\Ubuntu\home\ada\m", "powershell", None, None),
    ("wsl", "/home/ada/models", "bash", None, None),
    ("wsl", "/home/ada/models", "compose", None, None),
    ("wsl", "/home/ada/models", "powershell", None, "in-wsl"),
    ("wsl", "/home/ada/models", "git-bash", None, "in-wsl"),
    ("wsl", "/mnt/c/Users/ada/models", "bash", None, None),
    ("wsl", "/mnt/c/Users/ada/models", "powershell", r"C:\Users\ada\models", None),
    ("wsl", "/mnt/c/Users/ada/models", "cmd", r"C:\Users\ada\models", None),
    ("wsl", "/mnt/c/Users/ada/models", "git-bash", "C:/Users/ada/models", None),
    ("wsl", "/mnt/c", "cmd", "C:\\", None),
    ("wsl", "/mnt/data/models", "cmd", None, "in-wsl"),
]


@pytest.mark.parametrize(("place", "path", "shell", "written", "trouble"), TABLE)
def test_a_path(
    place: Place, path: str, shell: str, written: str | None, trouble: str | None
) -> None:
    seen = shaped(path, shell, place)
    assert (seen.path, seen.trouble) == (path if written is None else written, trouble)
