"""The SQL that gives each database to its owner and closes it to everybody else.

OVHcloud makes databases and users but grants nothing. Its administrator is no superuser: it may hand a database over
only to a role that it is a member of, and works on the database as that role from then on. The script is for `psql`
and may run any number of times.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["DatabaseGrants", "grants_sql", "identifier", "literal"]


@dataclass(frozen=True, kw_only=True)
class DatabaseGrants:
    """One database and who may do what in it."""

    database: str
    owner: str
    """The role that owns it and everything in it; runs migrations."""

    application: str
    """The role as which the service works: rows, never the schema."""

    extensions: tuple[str, ...] = ()
    """Extensions that the administrator creates in it."""


def identifier(name: str) -> str:
    """`name` as an SQL identifier, quoted."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """`text` as an SQL string, quoted; assumes `standard_conforming_strings`, PostgreSQL's default."""
    return "'" + text.replace("'", "''") + "'"


def grants_sql(databases: Sequence[DatabaseGrants], *, administration: str) -> str:
    """The script for one cluster, to be run by its administrator in the database `administration`.

    Each database is looked at by itself: one that is not there yet (or whose roles are not) is left out, the others
    are done, and the script fails at the end and names what is missing.
    """
    parts = [_BEGIN, *(_database(grants, administration) for grants in databases), _END]
    return "\n".join(parts)


_BEGIN = """\\set ON_ERROR_STOP on
\\set missing ''
SET client_min_messages = warning;
-- From PostgreSQL 16 on, a member may act as a role only where the membership says so.
SELECT CASE WHEN current_setting('server_version_num')::int >= 160000 THEN 'SET' ELSE 'MEMBER' END AS acts \\gset
"""

_END = """-- Databases that no service owns are closed to the services' users as well.
SELECT format('REVOKE ALL ON DATABASE %I FROM PUBLIC', datname)
  FROM pg_database
 WHERE datallowconn AND NOT datistemplate AND pg_has_role(current_user, datdba, 'MEMBER') \\gexec

SELECT :'missing' <> '' AS incomplete \\gset
\\if :incomplete
\\warn 'not there yet:' :missing
DO $$ BEGIN RAISE EXCEPTION 'some databases or users do not exist yet; deploy the data stack, then run again'; END $$;
\\endif
"""


def _database(grants: DatabaseGrants, administration: str) -> str:
    """The part of one database. Work inside a database is done as its owner, so that the owner is the grantor."""
    database, owner, application = map(identifier, (grants.database, grants.owner, grants.application))
    owner_text, application_text, database_text = map(literal, (grants.owner, grants.application, grants.database))
    owned = f"{literal(owner)}::regrole"
    extensions = "".join(f"CREATE EXTENSION IF NOT EXISTS {identifier(name)};\n" for name in grants.extensions)
    return f"""-- {grants.database}
SELECT EXISTS (SELECT FROM pg_database WHERE datname = {database_text})
   AND 2 = (SELECT count(*) FROM pg_roles WHERE rolname IN ({owner_text}, {application_text})) AS ready \\gset
\\if :ready
SELECT format('GRANT %I TO CURRENT_USER', {owner_text})
 WHERE NOT (pg_has_role(current_user, {owner_text}, 'USAGE') AND pg_has_role(current_user, {owner_text}, :'acts'))
 \\gexec
ALTER DATABASE {database} OWNER TO {owner};
SET ROLE {owner};
REVOKE ALL ON DATABASE {database} FROM PUBLIC, {application};
GRANT CONNECT ON DATABASE {database} TO {application};
RESET ROLE;
\\connect {database}
SET client_min_messages = warning;
{extensions}SET ROLE {owner};
ALTER SCHEMA public OWNER TO {owner};
REVOKE ALL ON SCHEMA public FROM PUBLIC, {application};
ALTER DEFAULT PRIVILEGES FOR ROLE {owner} GRANT USAGE ON SCHEMAS TO {application};
ALTER DEFAULT PRIVILEGES FOR ROLE {owner} GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {application};
ALTER DEFAULT PRIVILEGES FOR ROLE {owner} GRANT USAGE, SELECT ON SEQUENCES TO {application};
SELECT format('GRANT USAGE ON SCHEMA %I TO %I', nspname, {application_text})
  FROM pg_namespace WHERE nspowner = {owned} \\gexec
SELECT format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO %I', oid::regclass, {application_text})
  FROM pg_class WHERE relowner = {owned} AND relkind IN ('r', 'p', 'v', 'm', 'f') \\gexec
SELECT format('GRANT USAGE, SELECT ON SEQUENCE %s TO %I', oid::regclass, {application_text})
  FROM pg_class WHERE relowner = {owned} AND relkind = 'S' \\gexec
RESET ROLE;
\\connect {identifier(administration)}
SET client_min_messages = warning;
\\else
\\set missing :missing ' ' {database_text}
\\endif
"""  # noqa: S608 - every name is quoted
