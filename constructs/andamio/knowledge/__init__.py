"""What Andamio knows of the outside world: charts, custom resources, providers, OVHcloud.

Everything here is committed data with typed readers; nothing is fetched. The data files under
`data/` hold structure only and are made by `python -m andamio.knowledge.extract` from the
upstream projects' own files. Numbers that no file gives are typed tables that name their source.
"""
