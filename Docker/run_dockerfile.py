#!/usr/bin/env python3
"""Builds and runs a Dockerfile's images without a Docker engine, in folders that debootstrap fills.

    run_dockerfile.py build DOCKERFILE CONTEXT WORK [STAGE...]
    run_dockerfile.py run WORK STAGE [--volume HOST:INSIDE] [--file HOST:INSIDE] [--tmpfs INSIDE]
                      [--env NAME=VALUE] [-- ARGUMENT...]
    run_dockerfile.py health WORK STAGE PID [--env NAME=VALUE]

It knows the instructions that our Dockerfile has and refuses others. `run` is a container as far as
util-linux can make one: namespaces of its own, a network with loopback only, a read-only root, the
image's user without any capability. It needs root. The last stage is called "final".
"""

import argparse
import fnmatch
import json
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys

RELEASE = "bookworm"
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
# What Swift's official image adds to Debian. Its toolchain is this machine's, at /opt/swift.
SWIFT_PACKAGES = """
    binutils-gold ca-certificates gcc git libcurl4-openssl-dev libedit-dev libicu-dev
    libncurses-dev libpython3-dev libsqlite3-dev libstdc++-12-dev libxml2-dev pkg-config tzdata
    uuid-dev""".split()
BASES = {f"swift:6.3-{RELEASE}": SWIFT_PACKAGES, f"debian:{RELEASE}-slim": []}
# This machine's build tools, and its folder of packages that come from the network elsewhere.
LENT = ["/opt/swift", "/opt/swift-packages", "/etc/resolv.conf", "/etc/hosts", "/etc/gitconfig"]
NO_DOCUMENTS = ["/usr/share/doc", "/usr/share/man", "/usr/share/locale"]


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    command = commands.add_parser("build")
    for name in ("dockerfile", "context", "work"):
        command.add_argument(name, type=pathlib.Path)
    command.add_argument("stages", nargs="*")
    for name in ("run", "health"):
        command = commands.add_parser(name)
        command.add_argument("work", type=pathlib.Path)
        command.add_argument("stage")
        command.add_argument("--env", action="append", default=[])
    command.add_argument("pid")
    for option in ("--volume", "--file", "--tmpfs"):
        commands.choices["run"].add_argument(option, action="append", default=[])
    end = sys.argv.index("--") if "--" in sys.argv else len(sys.argv)
    arguments = parser.parse_args(sys.argv[1:end])
    arguments.program = sys.argv[end + 1:]
    if os.getuid() != 0:
        sys.exit("run_dockerfile.py needs root")
    {"build": build, "run": run, "health": health}[arguments.command](arguments)


def build(arguments):
    """Builds the stages that are named, or all: WORK/NAME, with settings in WORK/NAME.json."""
    ignore_file = arguments.dockerfile.with_name(arguments.dockerfile.name + ".dockerignore")
    is_left_out = ignored(ignore_file.read_text())
    image = None
    for word, rest in instructions(arguments.dockerfile.read_text()):
        if word == "FROM":
            if image:
                image.finish()
            base, _, name = rest.partition(" AS ")
            name = name or "final"
            is_wanted = not arguments.stages or name in arguments.stages
            image = Image(name, base, arguments, is_left_out) if is_wanted else None
        elif image:
            image.apply(word, rest)
    if image:
        image.finish()


def instructions(text):
    """Yields each instruction's word and rest, continued lines joined."""
    lines = [line for line in text.splitlines() if line.strip() and line.lstrip()[0] != "#"]
    for line in re.sub(r"\\\n\s*", "", "\n".join(lines)).splitlines():
        word, _, rest = line.strip().partition(" ")
        yield word.upper(), rest.strip()


def ignored(text):
    """Returns a function that tells whether a path is left out: the last rule counts."""
    rules = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]

    def is_left_out(path):
        places = [path, *path.parents][:-1]
        result = False
        for rule in rules:
            pattern = rule.lstrip("!").strip("/")
            if pattern.startswith("**/"):
                is_met = any(fnmatch.fnmatchcase(place.name, pattern[3:]) for place in places)
            else:
                depth = pattern.count("/") + 1
                is_met = any(
                    fnmatch.fnmatchcase(str(place), pattern)
                    for place in places if len(place.parts) == depth)
            if is_met:
                result = not rule.startswith("!")
        return result

    return is_left_out


class Image:
    """A root folder, and what the Dockerfile says about it."""

    def __init__(self, name, base, arguments, is_left_out):
        print(f"== {name}: FROM {base}", flush=True)
        self.context, self.work, self.is_left_out = arguments.context, arguments.work, is_left_out
        self.name, self.root, self.folder, self.arguments = name, self.work / name, "/", {}
        self.settings = {"env": {"PATH": PATH}, "user": "0:0"}
        shutil.rmtree(self.root, ignore_errors=True)
        if base not in BASES:
            self.inherit(self.work / base)
            return
        debootstrap(self.root, self.work / "debian.tar")
        if BASES[base]:
            self.settings["env"]["PATH"] += ":/opt/swift/usr/bin"
            self.run(shell("apt-get update -qq && apt-get install -y -qq --no-install-recommends "
                           + " ".join(BASES[base])))

    def inherit(self, base):
        """Begins with another stage's files and settings."""
        if not base.is_dir():
            sys.exit(f"unknown base {base.name}; there are {', '.join(BASES)} and earlier stages")
        subprocess.run(["cp", "-a", base, self.root], check=True)
        self.settings = json.loads(base.with_name(base.name + ".json").read_text())

    def apply(self, word, rest):
        """Does what an instruction says."""
        print(f"== {self.name}: {word} {rest}", flush=True)
        if word == "RUN":
            self.run(json.loads(rest) if rest.startswith("[") else shell(rest))
        elif word == "COPY":
            self.copy(*shlex.split(rest))
        elif word == "ENV":
            self.settings["env"] |= self.pairs(rest)
        elif word == "LABEL":
            self.settings["labels"] = self.pairs(rest)
        elif word == "ARG":
            name, _, value = rest.partition("=")
            self.arguments[name] = value
        elif word == "WORKDIR":
            self.folder = rest
            self.inside(rest).mkdir(parents=True, exist_ok=True)
        elif word == "USER":
            if not re.fullmatch(r"\d+:\d+", rest):
                sys.exit(f"USER {rest}: only a number can be told from root by a cluster")
            self.settings["user"] = rest
        elif word in ("ENTRYPOINT", "CMD", "VOLUME"):
            self.settings[word] = json.loads(rest)
        elif word == "HEALTHCHECK":
            self.settings[word] = json.loads(rest.partition("CMD ")[2])
        elif word in ("EXPOSE", "STOPSIGNAL"):
            self.settings[word] = rest
        else:
            sys.exit(f"unknown instruction {word}")

    def inside(self, path):
        """Returns where a path of the image lies here."""
        return self.root / os.path.join(self.folder, path).lstrip("/")

    def pairs(self, rest):
        """Returns NAME=VALUE pairs, with what ARG says in place of $NAME."""
        pairs = [pair.partition("=") for pair in shlex.split(rest)]
        return {
            name: re.sub(r"\$(\w+)", lambda found: self.arguments[found[1]], value)
            for name, _, value in pairs}

    def copy(self, *words):
        """Copies from the context, or with --from=STAGE from another stage."""
        base, is_left_out = self.context, self.is_left_out
        if words[0].startswith("--from="):
            base, is_left_out = self.work / words[0].removeprefix("--from="), lambda _: False
            words = words[1:]
        *sources, target = words
        is_folder = len(sources) > 1 or target.endswith("/")
        for source in sources:
            place = base / source.lstrip("/")
            if place.is_dir():
                copy_tree(place, base, self.inside(target), is_left_out)
                continue
            if is_left_out(pathlib.Path(source)):
                sys.exit(f"COPY {source}: the ignore file leaves it out")
            destination = self.inside(target) / place.name if is_folder else self.inside(target)
            destination.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(place, destination)

    def run(self, command):
        """Runs a command as the image's user, with this machine's network and what it lends."""
        script = ["set -e", f"mount -t proc proc {self.root}/proc"]
        script.append(f"mount --rbind /dev {self.root}/dev")
        for path in filter(os.path.exists, LENT):
            place = self.root / path.lstrip("/")
            place.mkdir(parents=True, exist_ok=True) if os.path.isdir(path) else place.touch()
            script.append(f"mount --bind {path} {place} && mount -o remount,bind,ro {place}")
        script.append(f'exec chroot --userspec={self.settings["user"]} {self.root} env -i "$@"')
        values = {**self.settings["env"], **self.arguments, "DEBIAN_FRONTEND": "noninteractive"}
        if self.settings["user"] == "0:0":
            values["HOME"] = "/root"
        subprocess.run(
            ["unshare", "--mount", "--pid", "--ipc", "--uts", "--fork", "--kill-child",
             *shell("\n".join(script)), "sh",
             *(f"{name}={value}" for name, value in values.items()),
             *shell(f'cd {self.folder} && exec "$@"'), "sh", *command], check=True)

    def finish(self):
        """Takes away what the machine lent, and writes the settings."""
        for path in LENT:
            place = self.root / path.lstrip("/")
            if place.is_dir():
                place.rmdir()
            elif place.exists():
                place.write_text("")
        usage = subprocess.run(
            ["du", "-sxm", self.root], capture_output=True, text=True, check=True)
        print(f"== {self.name}: {usage.stdout.split()[0]} MB", flush=True)
        (self.work / f"{self.name}.json").write_text(json.dumps(self.settings, indent=1))


def shell(text):
    return ["/bin/sh", "-c", text]


def copy_tree(place, base, target, is_left_out):
    """Copies what is in a folder, links as links."""
    for folder, names, files in os.walk(place):
        links = [name for name in names if os.path.islink(os.path.join(folder, name))]
        for name in files + links:
            source = pathlib.Path(folder, name)
            if not is_left_out(source.relative_to(base)):
                destination = target / source.relative_to(place)
                destination.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(source, destination, follow_symlinks=False)


def debootstrap(root, kept):
    """Fills `root` with a minimal Debian like that of the official slim image."""
    root.mkdir(parents=True)
    if kept.exists():
        subprocess.run(["tar", "-C", root, "-xf", kept], check=True)
        return
    mirror, sources = debian_sources()
    subprocess.run(
        ["debootstrap", "--variant=minbase", RELEASE, root, mirror],
        check=True, stdout=subprocess.DEVNULL)
    (root / "etc/apt/sources.list").write_text(sources)
    (root / "etc/apt/apt.conf.d/docker").write_text('APT::Keep-Downloaded-Packages "false";\n')
    (root / "etc/dpkg/dpkg.cfg.d/docker").write_text(
        "".join(f"path-exclude {folder}/*\n" for folder in NO_DOCUMENTS))
    # Packages must not start services here.
    policy = root / "usr/sbin/policy-rc.d"
    policy.write_text("#!/bin/sh\nexit 101\n")
    policy.chmod(0o755)
    for folder in [*NO_DOCUMENTS, "/var/lib/apt/lists", "/var/cache/apt/archives"]:
        shutil.rmtree(root / folder.lstrip("/"), ignore_errors=True)
    (root / "var/cache/apt/archives/partial").mkdir(parents=True)
    subprocess.run(["tar", "-C", root, "-cf", kept, "."], check=True)


def debian_sources():
    """Returns the mirror that this machine uses, and its sources for the release."""
    listing = ["apt-get", "indextargets", "--format", "$(REPO_URI) $(RELEASE) $(COMPONENT)"]
    found = subprocess.run(
        [*listing, "Created-By: Packages"], capture_output=True, text=True, check=True).stdout
    releases = (RELEASE, f"{RELEASE}-updates", f"{RELEASE}-security")
    wanted = [[release, "main"] for release in releases]
    rows = [row for row in sorted(set(found.splitlines())) if row.split()[1:] in wanted]
    mirror = next(row.split()[0] for row in rows if row.split()[1] == RELEASE)
    return mirror, "".join(f"deb {row}\n" for row in rows)


def run(arguments):
    """Becomes the image's program, process 1 of its own namespaces."""
    settings = settings_of(arguments)
    root = arguments.work / arguments.stage
    owner, group = settings["user"].split(":")
    script = ["set -e", "ip link set lo up", f"mount --rbind {root} {root}"]
    for volume in arguments.volume:
        place, inside = volume.split(":")
        (root / inside.lstrip("/")).mkdir(parents=True, exist_ok=True)
        script.append(f"mount --bind {place} {root}{inside}")
    for inside in ["/run", *arguments.tmpfs]:
        script.append(f"mount -t tmpfs -o size=64m,mode=1777 tmpfs {root}{inside}")
    for file in arguments.file:
        place, inside = file.split(":")
        script.append(f"install -D -o {owner} -g {group} -m 0400 {place} {root}{inside}")
    script += [f"mount -t proc proc {root}/proc", f"mount -t tmpfs -o size=1m tmpfs {root}/dev"]
    for name in ("null", "zero", "urandom"):
        script.append(f"touch {root}/dev/{name} && mount --bind /dev/{name} {root}/dev/{name}")
    script += [f"mount -o remount,bind,ro {root}", f'exec chroot {root} "$@"']
    program = settings["ENTRYPOINT"] + (arguments.program or settings["CMD"])
    spaces = ["--mount", "--pid", "--ipc", "--uts", "--net"]
    os.execvp("unshare", [
        "unshare", *spaces, "--fork", "--kill-child=TERM", *shell("\n".join(script)), "sh",
        *as_user(settings), *program])


def health(arguments):
    """Becomes the image's health check, next to the program whose process here is `pid`."""
    settings = settings_of(arguments)
    # The root of that process, not its folder here, in which nothing is mounted.
    os.execvp("nsenter", [
        "nsenter", f"--target={arguments.pid}", "--all", "--root", "--wd", *as_user(settings),
        *settings["HEALTHCHECK"]])


def settings_of(arguments):
    """Returns the image's settings with the variables of this call."""
    settings = json.loads((arguments.work / f"{arguments.stage}.json").read_text())
    settings["env"] |= dict(pair.split("=", 1) for pair in arguments.env)
    return settings


def as_user(settings):
    """Returns what runs a program as the image's user, without capabilities."""
    user, group = settings["user"].split(":")
    return [
        "setpriv", f"--reuid={user}", f"--regid={group}", "--clear-groups", "--no-new-privs",
        "--bounding-set=-all", "--inh-caps=-all",
        "env", "-i", *(f"{name}={value}" for name, value in settings["env"].items())]


if __name__ == "__main__":
    main()
