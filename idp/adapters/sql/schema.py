"""The whole schema: every module of tables has filled the metadata once this one is imported."""

from idp.adapters.sql.tables import persons
from idp.adapters.sql.tables_citizens import factor_tries

metadata = persons.metadata
if factor_tries.metadata is not metadata:
    raise TypeError("the tables of citizens have a metadata of their own")
