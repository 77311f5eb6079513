/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.source;

import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Says what Snowflake refused and how to cure it, from the number that it gives each error. Its own
 * words are repeated only where they hold names and grammar, never where they may hold a value.
 */
final class SnowflakeFailure implements ReadOnce.Explained {

  private static final long serialVersionUID = 1L;

  /** What some errors mean. */
  private record Meaning(Set<Integer> codes, boolean quotable, String problem, String remedy) {}

  private static final Meaning OTHER =
      new Meaning(Set.of(), false, "Snowflake refused", "look the query up in its query history");

  private static final List<Meaning> MEANINGS =
      List.of(
          new Meaning(
              Set.of(390144),
              false,
              "the login was refused: the key is not one of the user's",
              "check source.user and source.private_key, and that `DESC USER` shows the public"
                  + " key's fingerprint"),
          new Meaning(
              Set.of(390303, 390318),
              false,
              "the login was refused: the access token is expired or not for this account",
              "renew what source.token names, and check its scope and the security integration"),
          new Meaning(
              Set.of(390100, 390101),
              false,
              "the login was refused",
              "check source.user, and that it is not disabled or locked"),
          new Meaning(
              Set.of(390189),
              false,
              "the role does not exist, or is not granted to the user",
              "check source.role"),
          new Meaning(
              Set.of(390201),
              true,
              "the warehouse, database or schema does not exist, or the role may not use it",
              "check source.warehouse, source.database and source.schema, and grant USAGE on them"),
          new Meaning(
              Set.of(390420, 390422),
              false,
              "a network policy of the account does not let this machine in",
              "allow its address there"),
          new Meaning(
              Set.of(390111, 390112, 390114), false, "the session has ended", "run the sync again"),
          new Meaning(
              Set.of(2003, 2043),
              true,
              "the table or schema does not exist, or the role may not see it",
              "check source.table or source.query, source.database and source.schema, and grant"
                  + " SELECT to the role"),
          new Meaning(
              Set.of(3001, 3540),
              true,
              "the role may not read it",
              "grant USAGE on database, schema and warehouse, and SELECT to source.role"),
          new Meaning(
              Set.of(904), true, "a column does not exist", "check the columns in source.query"),
          new Meaning(
              Set.of(606),
              false,
              "there is no warehouse to run the query",
              "set source.warehouse, and grant USAGE on it to the role"),
          new Meaning(
              Set.of(667, 707),
              true,
              "the table cannot be read as it was when it was pinned",
              "check its DATA_RETENTION_TIME_IN_DAYS; what has no Time Travel is read with"
                  + " `query: SELECT * FROM …` in place of source.table"),
          new Meaning(
              Set.of(1003, 2140),
              true,
              "the query is not accepted",
              "run source.query in a worksheet"),
          new Meaning(
              Set.of(604, 630),
              false,
              "Snowflake stopped the query",
              "try again later, or raise STATEMENT_TIMEOUT_IN_SECONDS"),
          new Meaning(
              Set.of(200002, 200015, 200016, 200062),
              false,
              "Snowflake cannot be reached",
              "check source.account or source.url, the network, and that chunks of results, which"
                  + " come from the cloud's storage, are let through"));

  private final String place;

  SnowflakeFailure(SourceSpec.Snowflake spec) {
    this.place = spec.url() + ", " + spec + ", user " + spec.login();
  }

  /** The failure in our words. */
  @Override
  public SourceException explain(Exception error) {
    Optional<SourceException> ours = Causes.find(error, SourceException.class);
    if (ours.isPresent()) {
      return ours.get();
    }
    if (isMissing(error)) {
      return new SourceException(
          "Snowflake's connector is not on the class path; " + SparkPackages.snowflake());
    }
    return Causes.find(error, SQLException.class)
        .map(this::refused)
        .orElseGet(
            () ->
                new SourceException(
                    "reading "
                        + place
                        + " failed: "
                        + Causes.root(error).getClass().getSimpleName()
                        + "; check the source's settings, and that the connector and its driver"
                        + " belong together"));
  }

  private SourceException refused(SQLException error) {
    Meaning meaning =
        MEANINGS.stream()
            .filter(m -> m.codes.contains(error.getErrorCode()))
            .findFirst()
            .orElse(OTHER);
    return new SourceException(
        meaning.problem
            + " ("
            + place
            + ", error "
            + error.getErrorCode()
            + (meaning.quotable ? ": " + onOneLine(error) : "")
            + "); "
            + meaning.remedy);
  }

  private static String onOneLine(SQLException error) {
    return String.valueOf(error.getMessage()).strip().replaceAll("\\s+", " ");
  }

  private static boolean isMissing(Exception error) {
    return Causes.find(error, ClassNotFoundException.class).isPresent()
        || Causes.find(error, NoClassDefFoundError.class).isPresent();
  }
}
