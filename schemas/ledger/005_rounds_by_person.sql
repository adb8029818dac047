-- In which rounds a person was counted or seen, for the look-up of people.
CREATE INDEX period_members_by_person ON period_members (period, person);
CREATE INDEX period_sightings_by_person ON period_sightings (period, person);
