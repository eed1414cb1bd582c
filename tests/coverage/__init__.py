"""Which statements and outcomes of branches a whole run reaches, in every process, killed ones too."""
