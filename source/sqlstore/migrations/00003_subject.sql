-- Whom a provider vouches for in a sign-in, so that the provider can end it.

-- +goose Up

ALTER TABLE access_token ADD COLUMN subject TEXT NOT NULL DEFAULT '';
