import type { ShardId } from './billers.ts'

/**
 * The tables of the three legacy systems, each as the people who built it left it.
 *
 * None may rely on SQLite's `lower()`, which knows ASCII only: every shard keeps user name and address a second time,
 * lower-cased by the application that wrote the row.
 */
export const tables: Readonly<Record<ShardId, string>> = {
  // ASP.NET Identity, with a look-up normalizer that lowers instead of raising.
  'shard-a': `
    CREATE TABLE Billers (BillerId INTEGER PRIMARY KEY, Name TEXT NOT NULL);
    CREATE TABLE AspNetUsers (
      Id TEXT NOT NULL PRIMARY KEY,
      BillerId INTEGER NOT NULL REFERENCES Billers (BillerId),
      UserName TEXT NOT NULL,
      NormalizedUserName TEXT NOT NULL,
      FirstName TEXT NOT NULL,
      LastName TEXT NOT NULL,
      Email TEXT,
      NormalizedEmail TEXT,
      EmailConfirmed INTEGER NOT NULL DEFAULT 0,
      PasswordHash TEXT NOT NULL,
      SecurityStamp TEXT NOT NULL,
      LockoutEnd TEXT,
      LockoutEnabled INTEGER NOT NULL DEFAULT 1,
      AccessFailedCount INTEGER NOT NULL DEFAULT 0,
      IsActive INTEGER NOT NULL DEFAULT 1,
      MustChangePassword INTEGER NOT NULL DEFAULT 0,
      CreatedUtc TEXT NOT NULL,
      RowVersion INTEGER NOT NULL DEFAULT 0
    );
    CREATE TABLE DbRowVersion (Last INTEGER NOT NULL);`,
  // ASP.NET Membership; PasswordFormat 1 is the provider's salted SHA-1, 5 the company's own provider for bcrypt.
  'shard-b': `
    CREATE TABLE aspnet_Applications (
      ApplicationId TEXT NOT NULL PRIMARY KEY,
      ApplicationName TEXT NOT NULL UNIQUE,
      Description TEXT
    );
    CREATE TABLE aspnet_Users (
      ApplicationId TEXT NOT NULL REFERENCES aspnet_Applications (ApplicationId),
      UserId TEXT NOT NULL PRIMARY KEY,
      UserName TEXT NOT NULL,
      LoweredUserName TEXT NOT NULL,
      IsAnonymous INTEGER NOT NULL DEFAULT 0,
      LastActivityDate TEXT NOT NULL
    );
    CREATE TABLE aspnet_Membership (
      UserId TEXT NOT NULL PRIMARY KEY REFERENCES aspnet_Users (UserId),
      Password TEXT NOT NULL,
      PasswordFormat INTEGER NOT NULL,
      PasswordSalt TEXT NOT NULL,
      Email TEXT,
      LoweredEmail TEXT,
      IsApproved INTEGER NOT NULL,
      IsLockedOut INTEGER NOT NULL,
      CreateDate TEXT NOT NULL,
      LastPasswordChangedDate TEXT NOT NULL,
      FailedPasswordAttemptCount INTEGER NOT NULL DEFAULT 0,
      ForcePasswordChange INTEGER NOT NULL DEFAULT 0
    );
    CREATE TABLE hl_Profile (UserId TEXT NOT NULL PRIMARY KEY REFERENCES aspnet_Users (UserId), DisplayName TEXT NOT NULL);`,
  // Home-made: letters for flags, a counter for changes.
  'shard-c': `
    CREATE TABLE biller (code TEXT NOT NULL PRIMARY KEY, title TEXT NOT NULL);
    CREATE TABLE biller_login (
      login_id INTEGER PRIMARY KEY,
      biller_code TEXT NOT NULL REFERENCES biller (code),
      login TEXT NOT NULL,
      login_lc TEXT NOT NULL,
      pw TEXT NOT NULL,
      pw_salt TEXT,
      pw_kind TEXT NOT NULL CHECK (pw_kind IN ('MD5', 'PBK', 'BCR')),
      full_name TEXT NOT NULL,
      mail TEXT,
      mail_lc TEXT,
      status TEXT NOT NULL DEFAULT 'A' CHECK (status IN ('A', 'X')),
      locked_yn TEXT NOT NULL DEFAULT 'N' CHECK (locked_yn IN ('Y', 'N')),
      force_pw_yn TEXT NOT NULL DEFAULT 'N' CHECK (force_pw_yn IN ('Y', 'N')),
      created_on TEXT NOT NULL,
      rev INTEGER NOT NULL DEFAULT 0
    );
    CREATE TABLE rev_counter (last_rev INTEGER NOT NULL);`,
}

/**
 * Indexes and triggers, made when the rows are in. The triggers of A and C give every written row the next number of
 * the whole table, whoever writes it, so that a reader who remembers one number misses no write. B has no such column.
 */
export const indexesAndTriggers: Readonly<Record<ShardId, string>> = {
  'shard-a': `
    CREATE UNIQUE INDEX UserNameIndex ON AspNetUsers (NormalizedUserName, BillerId);
    CREATE INDEX EmailIndex ON AspNetUsers (NormalizedEmail);
    CREATE UNIQUE INDEX RowVersionIndex ON AspNetUsers (RowVersion);
    CREATE TRIGGER AspNetUsers_Inserted AFTER INSERT ON AspNetUsers BEGIN
      UPDATE DbRowVersion SET Last = Last + 1;
      UPDATE AspNetUsers SET RowVersion = (SELECT Last FROM DbRowVersion) WHERE Id = NEW.Id;
    END;
    CREATE TRIGGER AspNetUsers_Updated AFTER UPDATE ON AspNetUsers WHEN NEW.RowVersion = OLD.RowVersion BEGIN
      UPDATE DbRowVersion SET Last = Last + 1;
      UPDATE AspNetUsers SET RowVersion = (SELECT Last FROM DbRowVersion) WHERE Id = NEW.Id;
    END;`,
  'shard-b': `
    CREATE UNIQUE INDEX aspnet_Users_Index ON aspnet_Users (LoweredUserName, ApplicationId);
    CREATE INDEX aspnet_Membership_Email ON aspnet_Membership (LoweredEmail);`,
  'shard-c': `
    CREATE UNIQUE INDEX biller_login_u1 ON biller_login (login_lc, biller_code);
    CREATE INDEX biller_login_n1 ON biller_login (mail_lc);
    CREATE UNIQUE INDEX biller_login_u2 ON biller_login (rev);
    CREATE TRIGGER biller_login_ai AFTER INSERT ON biller_login BEGIN
      UPDATE rev_counter SET last_rev = last_rev + 1;
      UPDATE biller_login SET rev = (SELECT last_rev FROM rev_counter) WHERE login_id = NEW.login_id;
    END;
    CREATE TRIGGER biller_login_au AFTER UPDATE ON biller_login WHEN NEW.rev = OLD.rev BEGIN
      UPDATE rev_counter SET last_rev = last_rev + 1;
      UPDATE biller_login SET rev = (SELECT last_rev FROM rev_counter) WHERE login_id = NEW.login_id;
    END;`,
}
