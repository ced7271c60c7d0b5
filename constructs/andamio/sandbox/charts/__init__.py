"""Charts for a machine that cannot fetch any: stand-ins under the real names and versions, served on loopback."""

from andamio.sandbox.charts.server import ChartRepository, GitSource

__all__ = ["ChartRepository", "GitSource"]
