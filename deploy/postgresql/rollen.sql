-- Eenmalig, als postgres: psql -f deploy/postgresql/rollen.sql
-- De eigenaar werkt de database bij en maakt reservekopieën; CREATEDB is voor de proef met terugzetten.
CREATE ROLE "pluspunt-owner" LOGIN CREATEDB;
-- De webserver en de werker. Deze rol is van geen tabel de eigenaar; `grant_role` geeft wat nodig is en niet meer.
CREATE ROLE pluspunt LOGIN;
-- Allebei komen ze zonder wachtwoord binnen via de socket, doordat ze heten als hun gebruiker op deze machine (peer).
CREATE DATABASE pluspunt OWNER "pluspunt-owner" TEMPLATE template0 ENCODING 'UTF8';
REVOKE ALL ON DATABASE pluspunt FROM PUBLIC;
GRANT CONNECT ON DATABASE pluspunt TO pluspunt;
-- Een verzoek dat te lang duurt houdt niemand anders op; wat iemand half begon, laat los.
ALTER ROLE pluspunt IN DATABASE pluspunt SET statement_timeout = '60s';
ALTER ROLE pluspunt IN DATABASE pluspunt SET idle_in_transaction_session_timeout = '60s';
-- In het log van PostgreSQL staat niet wat iemand typte.
ALTER DATABASE pluspunt SET log_parameter_max_length_on_error = 0;
ALTER DATABASE pluspunt SET log_min_error_statement = 'panic';
ALTER DATABASE pluspunt SET log_error_verbosity = 'terse';
