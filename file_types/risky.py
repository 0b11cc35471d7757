"""The table of risky file types, by the ending of the name: what opening such a file can start.

The gateway judges attachments by it and the console explains them by it, so that both say the same.
"""

from typing import Final

EXECUTABLE: Final = "executable"
SCRIPT: Final = "script"
SHORTCUT: Final = "shortcut"
DISK_IMAGE: Final = "disk-image"
REMOTE: Final = "remote"
CARRIER: Final = "carrier"
PAGE: Final = "page"

# executable: a program, an installer or a library. script: text that an interpreter or a document program runs.
# shortcut: a file that starts a command or opens an address. disk-image: a volume that is mounted with a double click.
# remote: a file that makes a program of the system connect to a server that the file names.
# carrier: a document that holds files or scripts, which start with a double click in it.
# page: a web page, whose scripts the browser runs.
_ENDINGS: Final = {
    EXECUTABLE: (
        "exe scr com pif cpl dll msi msp mst msc msu xll wll sys drv ocx jar jnlp application appref-ms appx "
        "appxbundle msix msixbundle gadget xbap ax mui efi 8ba apk ipa pkg mpkg deb rpm run "
        "appimage elf app command air"
    ),
    SCRIPT: (
        "js jse mjs vbs vbe vb wsf wsh wsc ws ps1 ps1xml ps2 ps2xml psc1 psc2 psd1 psm1 psrc pssc cdxml bat cmd btm "
        "hta sct shs shb py pyc pyw pyz pyo pl rb php sh bash zsh csh ksh reg inf ins isp chm hlp ade adp mde mda mdz "
        "mam maf mag maq mar mas mau mav maw scf ahk a3x au3 osascript scpt scptd applescript workflow terminal action "
        "cnt fxp prg ops tsk job diagcab settingcontent-ms slk iqy dqy oqy rqy csproj vcxproj proj"
    ),
    SHORTCUT: (
        "lnk url desktop website webloc inetloc fileloc library-ms searchconnector-ms search-ms glk xnk grp shortcut"
    ),
    DISK_IMAGE: "iso img vhd vhdx vmdk udf dmg toast nrg wim swm esd ova ovf daa isz sparseimage",
    REMOTE: (
        "appinstaller rdp rdpw ica vnc search-ms searchconnector-ms library-ms settingcontent-ms slk iqy dqy oqy rqy "
        "odc url website contact printerexport theme themepack deskthemepack mobileconfig wax asx wvx jnlp "
        "application udl osdx"
    ),
    CARRIER: "one onepkg mht mhtml",
    PAGE: "htm html shtml xhtml xht svg svgz",
}


def _table() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for kind, endings in _ENDINGS.items():
        for ending in endings.split():
            found.setdefault(ending, set()).add(kind)
    return {ending: frozenset(kinds) for ending, kinds in found.items()}


RISKY_ENDINGS: Final = _table()
"""Ending in lower case, without its dot, to the kinds of risk."""

_ORDER: Final = (EXECUTABLE, SCRIPT, SHORTCUT, DISK_IMAGE, REMOTE, CARRIER)


def kind_of_ending(ending: str) -> str:
    """Return the gravest kind of risk of an ending in lower case, or an empty string; a page has none."""
    kinds = RISKY_ENDINGS.get(ending, frozenset())
    return next((kind for kind in _ORDER if kind in kinds), "")
