#!/usr/bin/env python3
"""Writes a manual page for every command, from what the program says of itself.

    .package/manual.py PROGRAM FOLDER

PROGRAM is woodshed; FOLDER gets woodshed.1, woodshed-new.1 and so on, in man(7)'s language.
"""
import json
import pathlib
import re
import subprocess
import sys


def escaped(text):
    """Text as roff prints it."""
    text = text.replace("\\", "\\e").replace("-", "\\-")
    return "\n".join("\\&" + line if line[:1] in (".", "'") else line for line in text.split("\n"))


def is_command_line(line):
    return re.match(r"\s*(sudo )?woodshed( |$)", line) is not None


def paragraphs(discussion):
    """A discussion: lines that are commands as they stand, others as running text."""
    lines = []
    for block in discussion.strip("\n").split("\n\n"):
        rows = block.split("\n")
        if all(is_command_line(row) for row in rows):
            lines += [".PP", ".nf", ".RS 4"] + [escaped(row.strip()) for row in rows] + [".RE", ".fi"]
        else:
            lines += [".PP"] + [escaped(row.strip()) for row in rows]
    return lines


def term(argument):
    """An argument's names and value, as in a synopsis."""
    value = argument.get("valueName", "value").upper()
    if argument["kind"] == "positional":
        return f"\\fI{escaped(value)}\\fR" + (" ..." if argument.get("isRepeating") else "")
    names = []
    for name in argument.get("names", []):
        dash = "--" if name["kind"] == "long" else "-"
        names.append("\\fB" + escaped(dash + name["name"]) + "\\fR")
    text = ", ".join(sorted(names, key=len))
    return text if argument["kind"] == "flag" else f"{text} \\fI{escaped(value)}\\fR"


def described(argument):
    lines = [".TP", term(argument)]
    text = argument.get("abstract", "")
    if argument.get("discussion"):
        text += "\n" + argument["discussion"]
    if argument.get("allValues"):
        text += f"\nOne of {', '.join(argument['allValues'])}."
    if argument.get("defaultValue"):
        text += f"\nBy default {argument['defaultValue']}."
    return lines + [escaped(text.strip() or "\\&")]


def page(command, above, version):
    name = " ".join(above + [command["commandName"]])
    title = name.replace(" ", "-")
    shown = [a for a in command.get("arguments", []) if a.get("shouldDisplay")]
    children = [c for c in command.get("subcommands", [])
                if c.get("shouldDisplay", True) and c["commandName"] != "help"]
    lines = [
        f'.TH "{escaped(title.upper())}" "1" "" "woodshed {version}" "woodshed"',
        ".SH NAME",
        f"{escaped(title)} \\- {escaped(command.get('abstract', '').rstrip('.'))}",
        ".SH SYNOPSIS",
        f".B {escaped(name)}",
    ]
    if children:
        lines.append("\\fICOMMAND\\fR [\\fIOPTIONS\\fR]")
    for argument in shown:
        text = term(argument)
        lines.append(f"[{text}]" if argument.get("isOptional") else text)
    if command.get("discussion"):
        lines += [".SH DESCRIPTION"] + paragraphs(command["discussion"])
    sections = {}
    for argument in shown:
        usual = "ARGUMENTS" if argument["kind"] == "positional" else "OPTIONS"
        sections.setdefault(argument.get("sectionTitle", usual).upper(), []).append(argument)
    for heading, arguments in sections.items():
        lines.append(f".SH {escaped(heading)}")
        for argument in arguments:
            lines += described(argument)
    if children:
        lines.append(".SH COMMANDS")
        for child in children:
            lines += [".TP", f".BR {escaped(title + '-' + child['commandName'])} (1)",
                      escaped(child.get("abstract", ""))]
    lines += [
        ".SH EXIT STATUS", "0 when it is done, 1 when it cannot be, 2 for wrong use.",
        ".SH SEE ALSO",
        ".BR woodshed (1)" if above else f"The files of {escaped('/usr/share/doc/woodshed')}.",
    ]
    return title, "\n".join(lines) + "\n"


def write(command, above, version, folder):
    title, text = page(command, above, version)
    (folder / f"{title}.1").write_text(text)
    for child in command.get("subcommands", []):
        if child["commandName"] != "help" and child.get("shouldDisplay", True):
            write(child, above + [command["commandName"]], version, folder)


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    program, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)

    def said(*words):
        return subprocess.run([program, *words], check=True, capture_output=True, text=True).stdout

    command = json.loads(said("--experimental-dump-help"))["command"]
    write(command, [], said("--version").strip(), folder)


main()
