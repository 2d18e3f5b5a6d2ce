"""What `make release` refuses, and what it tags."""

import subprocess

import pytest

from dev.bench import CommandError
from dev.release import release

CHANGELOG = """# Changelog

## 0.2.0 (2026-12-01)

### Added

- A board.

## 0.1.0 (2026-11-24)

- The first one.
"""


def git(repo, *arguments: str) -> str:
	identity = ("-c", "user.name=Tester", "-c", "user.email=tester@example.com")
	return subprocess.run(
		["git", *identity, *arguments], cwd=repo, check=True, capture_output=True, text=True
	).stdout


@pytest.fixture
def repo(tmp_path, monkeypatch):
	for role in ("AUTHOR", "COMMITTER"):
		monkeypatch.setenv(f"GIT_{role}_NAME", "Tester")
		monkeypatch.setenv(f"GIT_{role}_EMAIL", "tester@example.com")
	(tmp_path / "sales_opportunity").mkdir()
	(tmp_path / "sales_opportunity" / "__init__.py").write_text('__version__ = "0.2.0"\n')
	(tmp_path / "CHANGELOG.md").write_text(CHANGELOG)
	git(tmp_path, "init", "--quiet")
	git(tmp_path, "add", ".")
	git(tmp_path, "commit", "--quiet", "--message", "feat: a board")
	return tmp_path


def rewrite(repo, name: str, before: str, after: str) -> None:
	path = repo / name
	path.write_text(path.read_text().replace(before, after))
	git(repo, "commit", "--quiet", "--all", "--message", "docs: something else")


def test_the_commit_is_tagged_with_the_notes_of_its_version(repo):
	assert release(repo).endswith("### Added\n\n- A board.")
	assert git(repo, "tag", "--list").split() == ["v0.2.0"]
	assert git(repo, "for-each-ref", "--format=%(contents)", "refs/tags/v0.2.0").strip() == (
		"Version 0.2.0\n\n### Added\n\n- A board."
	)
	assert git(repo, "rev-parse", "v0.2.0^{commit}") == git(repo, "rev-parse", "HEAD")


@pytest.mark.parametrize(
	("name", "before", "after", "says"),
	[
		(
			"CHANGELOG.md",
			"0.2.0 (2026-12-01)",
			"0.2.0 (unreleased)",
			"0.2.0 is unreleased: write the day there",
		),
		("CHANGELOG.md", "0.2.0 (", "0.3.0 (", "begins with 0.3.0, but the version is 0.2.0"),
		("CHANGELOG.md", "## ", "", "begins with nothing, but the version is 0.2.0"),
		("sales_opportunity/__init__.py", "0.2.0", "0.1.0", "begins with 0.2.0, but the version is 0.1.0"),
		("sales_opportunity/__init__.py", "__version__", "version", "has no __version__"),
	],
)
def test_a_version_that_does_not_agree_is_refused(repo, name, before, after, says):
	rewrite(repo, name, before, after)
	with pytest.raises(CommandError, match=says):
		release(repo)
	assert git(repo, "tag", "--list") == ""


def test_what_is_not_committed_is_refused(repo):
	(repo / "new.txt").touch()
	with pytest.raises(CommandError, match="not committed"):
		release(repo)


def test_a_version_is_released_once(repo):
	release(repo)
	rewrite(repo, "CHANGELOG.md", "A board", "A better board")
	with pytest.raises(CommandError, match=r"v0\.2\.0 was released before"):
		release(repo)
