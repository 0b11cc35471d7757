"""Start Chromium in a jail.

Run as a script in place of the browser's binary.

    python -I jail.py MODE PID_FILE CHROMIUM [ARGUMENT …]

MODE is how the jail is made:
- `root` (when started by root): namespaces of its own, then the user `nobody`.
- `nobody` (when started by root that may not make namespaces, as in a container): the user `nobody`, then as below.
- `user`: a user namespace, and in it the others.

In each, Chromium has no network, and sees a file system that holds programs, libraries and fonts (read-only), its own
profile, and nothing of Gatehouse's state, and no process but its own. It can't gain privileges, dies with the renderer,
and has limits of memory and file sizes. If any of that can't be had, the script fails: there is no jail that is half
open. The script imports only the standard library and nothing of this project.
"""

import ctypes
import os
import resource
import select
import signal
import sys

CLONE_NEWNS = 0x00020000
CLONE_NEWUSER = 0x10000000
CLONE_NEWIPC = 0x08000000
CLONE_NEWPID = 0x20000000
CLONE_NEWNET = 0x40000000
MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_REMOUNT, MS_BIND, MS_REC, MS_PRIVATE = (
    1,
    2,
    4,
    8,
    32,
    4096,
    16384,
    1 << 18,
)
MNT_DETACH = 2
PR_SET_PDEATHSIG = 1
PR_SET_DUMPABLE = 4
PR_SET_NO_NEW_PRIVS = 38

NAMESPACES = CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWPID
# What a browser needs of the system: programs, libraries, fonts. Links such as /lib are made again as links.
_SHOWN = (
    "/usr",
    "/bin",
    "/lib",
    "/lib32",
    "/lib64",
    "/opt/google",
    "/etc/fonts",
    "/etc/ld.so.cache",
    "/etc/alternatives",
)
_DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")
_DATA_BYTES = 2 << 30
_FILE_BYTES = 64 << 20


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _checked(result: int, what: str) -> None:
    if result != 0:
        raise OSError(ctypes.get_errno(), what)


def _mount(source: str, target: str, kind: str, flags: int, options: str = "") -> None:
    coded = [text.encode() if text else None for text in (source, target, kind)]
    _checked(_libc().mount(*coded, ctypes.c_ulong(flags), options.encode() or None), f"mount {target}")


def _profile(arguments: list[str]) -> str:
    return next(word.partition("=")[2] for word in arguments if word.startswith("--user-data-dir="))


def _give_to_nobody(profile: str) -> tuple[int, int]:
    """Give the profile to the user `nobody`, and return the ids of user and group."""
    import pwd

    nobody = pwd.getpwnam("nobody")
    for place, folders, files in os.walk(profile):
        for name in [*folders, *files]:
            os.chown(os.path.join(place, name), nobody.pw_uid, nobody.pw_gid, follow_symlinks=False)
    os.chown(profile, nobody.pw_uid, nobody.pw_gid)
    return nobody.pw_uid, nobody.pw_gid


def _become(user: int, group: int) -> None:
    os.setgroups([])
    os.setresgid(group, group, group)
    os.setresuid(user, user, user)
    # After a change of user the files in /proc/self belong to root, and the maps of a namespace are written there.
    _libc().prctl(PR_SET_DUMPABLE, 1, 0, 0, 0)


def _unshare_as_user() -> None:
    user, group = os.getuid(), os.getgid()
    _checked(_libc().unshare(CLONE_NEWUSER | NAMESPACES), "unshare")
    for name, content in (
        ("setgroups", "deny"),
        ("uid_map", f"{user} {user} 1"),
        ("gid_map", f"{group} {group} 1"),
    ):
        with open(f"/proc/self/{name}", "w") as file:
            file.write(content)


def _leave_the_file_system(profile: str, chromium: str) -> None:
    """Make a new root that holds only what the browser needs, and leave the old one behind."""
    _mount("", "/", "", MS_REC | MS_PRIVATE)
    # Its place is any folder that exists everywhere: in this namespace alone it is covered.
    root = "/tmp"  # noqa: S108 - a mount point in a namespace of our own, in which nobody else writes
    held = os.open(profile, os.O_PATH)
    _mount("tmpfs", root, "tmpfs", MS_NOSUID | MS_NODEV, "size=16m,mode=0755")
    places = [*_SHOWN, os.path.dirname(os.path.realpath(chromium))]
    for path in dict.fromkeys(places):
        if os.path.islink(path):
            os.symlink(os.readlink(path), root + path)
        elif os.path.exists(path) and not os.path.exists(root + path):
            _show(path, root + path)
            _mount("", root + path, "", MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | _locked_flags(path))
    for path in _DEVICES:
        _show(path, root + path)
    os.symlink("/proc/self/fd", root + "/dev/fd")
    for folder in ("/dev/shm", "/tmp"):  # noqa: S108 - within the new root
        os.makedirs(root + folder, exist_ok=True)
        _mount("tmpfs", root + folder, "tmpfs", MS_NOSUID | MS_NODEV, "size=256m,mode=1777")
    os.makedirs(root + "/proc")
    _mount("proc", root + "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC)
    os.makedirs(root + profile, exist_ok=True)
    _mount(f"/proc/self/fd/{held}", root + profile, "", MS_BIND)
    os.close(held)
    os.chdir(root)
    _checked(_libc().syscall(_PIVOT_ROOT, b".", b"."), "pivot_root")
    _checked(_libc().umount2(b".", MNT_DETACH), "umount the old root")
    os.chdir("/")


_PIVOT_ROOT = {"x86_64": 155, "aarch64": 41, "riscv64": 41}.get(os.uname().machine, 155)


def _show(path: str, target: str) -> None:
    """Bind a file or a folder, with what is mounted in it."""
    if os.path.isdir(path):
        os.makedirs(target, exist_ok=True)
    else:
        os.makedirs(os.path.dirname(target), exist_ok=True)
        open(target, "a").close()
    _mount(path, target, "", MS_BIND | MS_REC)


def _locked_flags(path: str) -> int:
    """Return the flags of a mount that a user namespace may not take away when it mounts it again."""
    flags = os.statvfs(path).f_flag
    return (MS_NODEV if flags & 4 else 0) | (8 if flags & 8 else 0) | sum(flags & bit for bit in (1024, 2048, 4096))


def _limit() -> None:
    for what, most in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_DATA, _DATA_BYTES),
        (resource.RLIMIT_FSIZE, _FILE_BYTES),
    ):
        resource.setrlimit(what, (most, most))


def main(mode: str, pid_file: str, chromium: str, arguments: list[str]) -> None:
    """Enter the jail, run Chromium in it as the first process of its namespace, and end as it does.

    Its process id, as the outside sees it, is written to `pid_file`: to kill that process ends all in the jail.
    """
    profile = _profile(arguments)
    # It is opened while the process may still write there.
    told = open(pid_file, "w")  # noqa: SIM115 - it is closed when the process id is known
    _die_with_parent()
    nobody = _give_to_nobody(profile) if mode in {"root", "nobody"} else None
    if mode == "root":
        _checked(_libc().unshare(NAMESPACES), "unshare")
    else:
        if nobody:
            _become(*nobody)
            _die_with_parent()
        _unshare_as_user()
    outside, inside = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(inside)
        try:
            _in_the_jail(profile, chromium, nobody if mode == "root" else None, outside, arguments)
        except BaseException as error:  # noqa: BLE001 - whatever it is, the child must not go on outside of the jail
            os.write(2, f"no jail: {error}\n".encode())
            os._exit(1)
    os.close(outside)
    told.write(str(child))
    told.close()
    # Chromium's pipes to the renderer are the child's alone.
    for descriptor in {0, 1, 3, 4} - {inside}:
        try:
            os.close(descriptor)
        except OSError:
            continue
    _pid, status = os.waitpid(child, 0)
    os._exit(os.waitstatus_to_exitcode(status) & 255)


def _in_the_jail(
    profile: str, chromium: str, nobody: tuple[int, int] | None, outside: int, arguments: list[str]
) -> None:
    # The folders of the new root are for whoever the browser runs as. Everything outside keeps Gatehouse's own umask.
    os.umask(0o022)
    _leave_the_file_system(profile, chromium)
    if nobody:
        _become(*nobody)
    os.umask(0o077)
    _limit()
    # This must follow the change of user, which clears the parent-death signal.
    _die_with_parent()
    _libc().prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    if select.select([outside], [], [], 0)[0]:
        os._exit(1)  # The parent was gone before its death could be a signal.
    os.execve(  # noqa: S606 - replacing itself with Chromium is the purpose of this script
        chromium, [chromium, *arguments], {"HOME": "/nonexistent", "LANG": "C.UTF-8", "FONTCONFIG_PATH": "/etc/fonts"}
    )


def _die_with_parent() -> None:
    _libc().prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[4:])
