-- What an access token is for: a program's token (empty), a browser's sign-in, a link
-- that is exchanged for one; and the token that a sign-in was made with.

-- +goose Up

ALTER TABLE access_token ADD COLUMN use TEXT NOT NULL DEFAULT '';
ALTER TABLE access_token ADD COLUMN parent TEXT NOT NULL DEFAULT '';
