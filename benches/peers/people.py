"""The cleaned tables as an expert would prepare them for a record linker that knows no ID number.

The birth date and sex that stand inside a known ID number fill empty columns; a number with lost
digits keeps those before the loss; places become paths, so that villages of one name stay apart.
"""

import duckdb

PREPARED = """
with cells as (
    select *, nullif(id_number, '') as id, nullif(name, '') as full_name,
        regexp_full_match(id_number, '[0-9]{17}[0-9X]') as whole,
        regexp_full_match(id_number, '[0-9]{14}.{4}') as dated
    from read_csv('PATH', all_varchar = true, nullstr = '', header = true)
), filled as (
    select *,
        case when length(birth) = 10 then try_cast(birth as date)
             when birth is null and dated then try_strptime(id[7:14], '%Y%m%d')::date end as born,
        coalesce(birth[1:4], case when dated then id[7:10] end) as birth_year,
        coalesce(sex, case when whole then
            case when id[17:17]::int % 2 = 1 then '男' else '女' end end) as gender
    from cells
)
select unique_id, id, case when whole then id end as id18,
    case when regexp_full_match(id, '[0-9]{15}.*') then id[1:15] end as id15,
    full_name as name, surname, given, cast(born as varchar) as birth, birth_year, gender as sex,
    county, county || '/' || town as town, county || '/' || town || '/' || village as village,
    string_split(phone, ';')[1] as phone
from filled
"""


def tables(folder, connection):
    """The left and the right table as relations."""
    return [
        connection.sql(PREPARED.replace("PATH", f"{folder}/{side}.csv"))
        for side in ("sources", "registry")
    ]


def frames(folder):
    """The left and the right table as pandas frames."""
    with duckdb.connect() as connection:
        return [relation.df() for relation in tables(folder, connection)]
