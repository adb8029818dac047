//! Pages are well formed and stand alone.
