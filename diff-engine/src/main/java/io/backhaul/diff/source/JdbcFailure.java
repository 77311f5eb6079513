/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.source;

import java.sql.SQLException;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Says what a database refused and how to cure it, from the SQLSTATE (ISO/IEC 9075; two letters of
 * class, three of detail). Nothing that could hold a password or a value of a row is repeated.
 */
final class JdbcFailure {

  /** What a failure means: SQLSTATEs that start with {@code state}. */
  private record Meaning(String state, String problem, String remedy) {}

  private static final List<Meaning> MEANINGS =
      List.of(
          new Meaning("28", "the login was refused", "check source.user and source.password"),
          new Meaning("08", "the database cannot be reached", "check source.url and the network"),
          new Meaning(
              "3D", "the database does not exist", "check the database's name in source.url"),
          new Meaning("3F", "the schema does not exist", "check the schema's name in the source"),
          new Meaning("42P01", "the table does not exist", "check source.table or source.query"),
          new Meaning("42S02", "the table does not exist", "check source.table or source.query"),
          new Meaning("42703", "a column does not exist", "check the columns in source.query"),
          new Meaning("42S22", "a column does not exist", "check the columns in source.query"),
          new Meaning("42501", "the user may not read it", "grant SELECT to source.user"),
          new Meaning(
              "42", "the query is not accepted", "run source.query in the database's own client"),
          new Meaning("53", "the database is out of connections or memory", "try again later"),
          new Meaning("57", "the database stopped the query", "try again later"));

  /** Only these say what is wrong in words that cannot hold a value: names and grammar. */
  private static final List<String> QUOTABLE = List.of("3D", "3F", "42");

  private static final Pattern USER_INFO = Pattern.compile("//[^/@]*@");
  private static final Pattern PARAMETERS = Pattern.compile("[?;].*$", Pattern.DOTALL);

  private JdbcFailure() {}

  /** The failure in our words. */
  static SourceException explain(SourceSpec.Jdbc spec, SQLException error) {
    String state = error.getSQLState() == null ? "" : error.getSQLState();
    Meaning meaning =
        MEANINGS.stream()
            .filter(m -> state.startsWith(m.state))
            .findFirst()
            .orElse(
                new Meaning(
                    "", "the database refused", "run the query in the database's own client"));
    boolean quotable = QUOTABLE.stream().anyMatch(state::startsWith);
    return new SourceException(
        meaning.problem
            + " ("
            + place(spec.url())
            + ", "
            + spec
            + (spec.user() == null ? "" : ", user " + spec.user())
            + (state.isEmpty() ? "" : ", SQLSTATE " + state)
            + (quotable ? ": " + withoutPassword(spec, Causes.firstLine(error)) : "")
            + "); "
            + meaning.remedy);
  }

  /** A failure that did not come from the database. */
  static String unknown(SourceSpec.Jdbc spec, Exception error) {
    return "reading "
        + place(spec.url())
        + " failed: "
        + withoutPassword(spec, Causes.firstLine(Causes.root(error)))
        + "; check the source's settings";
  }

  /** A URL as far as it holds no secret. */
  static String place(String url) {
    return PARAMETERS.matcher(USER_INFO.matcher(url).replaceAll("//")).replaceAll("");
  }

  private static String withoutPassword(SourceSpec.Jdbc spec, String text) {
    String clean = text.replace(spec.url(), place(spec.url()));
    return spec.password() == null || spec.password().isEmpty()
        ? clean
        : clean.replace(spec.password(), "***");
  }
}
