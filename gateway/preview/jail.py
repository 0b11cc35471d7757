"""Start Chromium in a jail.

Run as a script in place of the browser's binary.

    python -I jail.py MODE PID_FILE CHROMIUM [ARGUMENT …]

MODE is the kind of jail:
- `root` (when started by root): a new network namespace, then the user `nobody`.
- `user`: new user and network namespaces.
- `plain`: no namespace, for kernels that permit neither of the others.

On Linux, in each mode the process can't gain privileges and dies with the renderer. The script imports only the
standard library and nothing of this project.
"""

import ctypes
import os
import signal
import sys

CLONE_NEWUSER = 0x10000000
CLONE_NEWNET = 0x40000000
PR_SET_PDEATHSIG = 1
PR_SET_NO_NEW_PRIVS = 38


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _checked(result: int, what: str) -> None:
    if result != 0:
        raise OSError(ctypes.get_errno(), what)


def _as_root(arguments: list[str]) -> None:
    import pwd

    _checked(_libc().unshare(CLONE_NEWNET), "unshare network")
    nobody = pwd.getpwnam("nobody")
    for argument in arguments:
        if argument.startswith("--user-data-dir="):
            folder = argument.partition("=")[2]
            for place, folders, files in os.walk(folder):
                for name in [*folders, *files]:
                    os.chown(os.path.join(place, name), nobody.pw_uid, nobody.pw_gid, follow_symlinks=False)
            os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    os.setgroups([])
    os.setresgid(nobody.pw_gid, nobody.pw_gid, nobody.pw_gid)
    os.setresuid(nobody.pw_uid, nobody.pw_uid, nobody.pw_uid)


def _as_user() -> None:
    user, group = os.getuid(), os.getgid()
    _checked(_libc().unshare(CLONE_NEWUSER | CLONE_NEWNET), "unshare user and network")
    for name, content in (
        ("setgroups", "deny"),
        ("uid_map", f"{user} {user} 1"),
        ("gid_map", f"{group} {group} 1"),
    ):
        with open(f"/proc/self/{name}", "w") as file:
            file.write(content)


def main(mode: str, pid_file: str, chromium: str, arguments: list[str]) -> None:
    """Write the process id to `pid_file`, enter the jail and replace this process with Chromium."""
    with open(pid_file, "w") as file:
        file.write(str(os.getpid()))
    parent = os.getppid()
    if mode == "root":
        _as_root(arguments)
    elif mode == "user":
        _as_user()
    if sys.platform == "linux":
        # This must follow the change of user, which clears the parent-death signal.
        _libc().prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        _libc().prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)
    os.execve(  # noqa: S606 - replacing itself with Chromium is the purpose of this script
        chromium, [chromium, *arguments], {"HOME": "/nonexistent", "LANG": "C.UTF-8", "FONTCONFIG_PATH": "/etc/fonts"}
    )


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[4:])
