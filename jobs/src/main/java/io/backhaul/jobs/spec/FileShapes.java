/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.spec;

import io.backhaul.destination.DestinationProvider;
import io.backhaul.destination.config.Key;
import io.backhaul.destination.config.Shape;
import io.backhaul.diff.change.Mode;
import io.backhaul.diff.change.OnMappingChange;
import io.backhaul.diff.change.Send;
import io.backhaul.diff.change.Strategy;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * What the files look like, but for those of tenants. The reader and the JSON Schema are both made
 * from these definitions.
 */
final class FileShapes {

  /** Tenants, syncs and destinations are named so, as are their files and folders. */
  static final String NAME = "[a-z0-9_-]+";

  private static final Shape COLUMN = literal("a source column");
  private static final Shape LENGTH = new Shape.Whole(0, Integer.MAX_VALUE);
  private static final Shape DAY =
      new Shape.Pattern("[0-9]{4}-[0-9]{2}-[0-9]{2}", "a day such as 2024-12-31");
  private static final Shape NUMBER =
      new Shape.AnyOf(
          List.of(
              new Shape.Whole(Long.MIN_VALUE, Long.MAX_VALUE),
              new Shape.Decimal(-Double.MAX_VALUE, Double.MAX_VALUE)));
  private static final Shape LIMIT =
      new Shape.AnyOf(
          List.of(
              new Shape.Whole(0, Long.MAX_VALUE),
              new Shape.Pattern("(100(\\.0+)?|[0-9]{1,2}(\\.[0-9]+)?)%", "a share such as 10%")));

  private static final Shape FLAG = new Shape.Flag();

  /** {@code backhaul.yaml}. */
  static final Shape.Obj BACKHAUL =
      Shape.obj(
          Key.required(
              "ledger",
              Shape.obj(
                  Key.optional("path", Shape.text(), "Folder of the ledger's Delta tables."),
                  Key.optional(
                      "schema",
                      literal("a catalog schema"),
                      "Catalog schema of the ledger's Delta tables, instead of a path."),
                  Key.optional(
                      "journal",
                      Shape.text(),
                      "Folder for the outcomes of a run that is under way; shared by all"
                          + " executors."),
                  Key.optional(
                      "pii_key",
                      Shape.secret(),
                      "Key that pseudonyms of pii fields are made with.")),
              "Where Backhaul keeps its own tables; either a path or a schema."),
          Key.optional("pii", PiiReader.SHAPE, "{}", "How pii fields are kept in dead letters."),
          Key.optional(
              "maintain",
              retention(),
              "{}",
              "How long `backhaul maintain` keeps what, 1d or more."),
          Key.optional(
              "lineage", LineageReader.SHAPE, "Who is told of runs, and of what they carry where."),
          Key.optional(
              "alerts", AlertReader.SHAPE, "Where people are told of a sync that was parked."));

  /** {@code syncs/<tenant>/<name>.yaml}. */
  static final Shape.Obj SYNC =
      Shape.obj(
          Key.required("source", source(), "Where the rows come from."),
          Key.required(
              "key", new Shape.ListOf(COLUMN), "Source columns that identify a row, at least one."),
          Key.optional(
              "updated_at",
              COLUMN,
              "Source column that says when a row last changed; for freshness and the watermark"
                  + " strategy."),
          Key.required(
              "destination",
              new Shape.Pattern(NAME, "the name of a destination (a-z, 0-9, _ and -)"),
              "A destination of the same tenant."),
          Key.required(
              "object",
              literal("the name of an object"),
              "What the destination calls these records."),
          Key.optional(
              "mode",
              words(Mode.values()),
              "upsert",
              "What the sync keeps true of the destination."),
          Key.optional(
              "schedule",
              ScheduleReader.SHAPE,
              "When the sync is due: one of every, cron, after and on_change; left out, when it is"
                  + " started."),
          Key.optional(
              "mapping",
              new Shape.MapOf(
                  new Shape.AnyOf(
                      List.of(
                          COLUMN,
                          Shape.obj(
                              Key.optional(
                                  "expr",
                                  literal("a Spark SQL expression"),
                                  "A Spark SQL expression over the source row."),
                              Key.optional(
                                  "value", new Shape.Scalar(), "The same value for every row."),
                              Key.optional(
                                  "lookup",
                                  LookupReader.SHAPE,
                                  "The id that another sync's destination gave a record."))))),
              "{}",
              "Destination field: source column, expression, value or another sync's id. May be"
                  + " empty in mode delete only."),
          Key.optional(
              "validate",
              new Shape.MapOf(new Shape.ListOf(rule())),
              "{}",
              "Destination field: what must hold of it; a row that fails becomes a dead letter."),
          Key.optional(
              "pii",
              new Shape.ListOf(literal("a destination field")),
              "[]",
              "Destination fields that never stand in clear in a table, log or message."),
          Key.optional(
              "changes",
              Shape.obj(
                  Key.optional(
                      "strategy",
                      words(Strategy.values()),
                      "snapshot",
                      "How changed rows are found."),
                  Key.optional(
                      "pushdown",
                      words(Pushdown.values()),
                      "none",
                      "Whether the source's database hashes its rows, so that only those that"
                          + " differ are read; goes with strategy snapshot."),
                  Key.optional(
                      "overlap",
                      new Shape.Span(),
                      "10m",
                      "How far behind its cursor the watermark strategy looks again.")),
              "{}",
              "How changed rows are found."),
          Key.optional(
              "send", words(Send.values()), "all", "Which fields of a changed row are sent."),
          Key.optional(
              "on_mapping_change",
              words(OnMappingChange.values()),
              "resync",
              "What happens to rows that were delivered under an older mapping."),
          Key.optional(
              "delivery",
              words(DeliveryGuarantee.values()),
              "at_least_once",
              "Whether a record whose request or answer was lost is sent again where that is safe,"
                  + " or never."),
          Key.optional(
              "on_in_doubt",
              words(OnInDoubt.values()),
              "dead_letter",
              "What happens to a record that may or may not have been applied and is not safe to"
                  + " repeat."),
          Key.optional(
              "priority",
              words(Priority.values()),
              "normal",
              "How much of the destination's calls_per_day the sync may spend: high all, normal"
                  + " all but a tenth, low all but a quarter; and its share of a busy fleet."),
          Key.optional(
              "read_timeout",
              new Shape.Span(),
              "1d",
              "How long a run may take to read and compare before it fails, with nothing sent."),
          Key.optional(
              "guards",
              guards(),
              "{}",
              "Bounds that stop a run: max_rejected while it sends, the others before anything is"
                  + " sent."),
          Key.optional(
              "canary",
              Shape.obj(
                  Key.required(
                      "records",
                      new Shape.Whole(1, Integer.MAX_VALUE),
                      "How many records go first, those with the lowest hashes of their keys."),
                  Key.optional(
                      "max_rejected",
                      LIMIT,
                      "2%",
                      "Most of them that the destination may reject: a share, or a count.")),
              "Some records of a plan go first, and the others only if these were taken."));

  private FileShapes() {}

  /** {@code destinations/<tenant>/<name>.yaml}. */
  static Shape.Variants destination(Collection<DestinationProvider> providers) {
    return new Shape.Variants(
        "type",
        providers.stream()
            .sorted(Comparator.comparing(DestinationProvider::type))
            .map(provider -> new Shape.Case(provider.type(), provider.shape()))
            .toList());
  }

  private static Shape retention() {
    Shape term = new Shape.Span();
    return Shape.obj(
        Key.optional("runs", term, "400d", "Rows of runs."),
        Key.optional("deliveries", term, "90d", "Rows of deliveries."),
        Key.optional("freshness", term, "400d", "Rows of freshness."),
        Key.optional("field_failures", term, "90d", "Rows of field_failures."),
        Key.optional(
            "dead_letters", term, "90d", "Dead letters that are resolved; others stay for good."),
        Key.optional(
            "outbox", term, "7d", "Planned operations of runs that are settled, by their run."),
        Key.optional(
            "vacuum",
            term,
            "7d",
            "Files that no table names any more; queries may still read them."));
  }

  private static Shape source() {
    Shape.Obj files =
        Shape.obj(
            Key.required("path", Shape.text(), "A file or folder."),
            Key.optional(
                "schema", literal("a schema in Spark DDL"), "Spark DDL; left out, the files say."),
            Key.optional(
                "options",
                new Shape.MapOf(new Shape.Scalar()),
                "{}",
                "Options of Spark's reader, for example header: true."));
    return new Shape.Variants(
        "type",
        List.of(
            new Shape.Case(
                "delta",
                Shape.obj(
                    Key.optional("path", Shape.text(), "Folder of a Delta table."),
                    Key.optional(
                        "table",
                        literal("the name of a table"),
                        "Name of a Delta table in the catalog, instead of a path."))),
            new Shape.Case("parquet", files),
            new Shape.Case("csv", files),
            new Shape.Case("json", files),
            new Shape.Case(
                "jdbc",
                Shape.obj(
                    Key.required(
                        "url", Shape.text(), "jdbc:postgresql://host/database and the like."),
                    Key.optional("user", Shape.text(), "Who reads."),
                    Key.optional("password", Shape.secret(), "A reference to the password."),
                    Key.optional("table", literal("the name of a table"), "The table to read."),
                    Key.optional(
                        "query", literal("an SQL query"), "A query to read, instead of a table."),
                    Key.optional(
                        "partition_column",
                        COLUMN,
                        "Column to read in parallel by: a number, a date or a timestamp by ranges,"
                            + " another type by its hash."),
                    Key.optional(
                        "partitions",
                        new Shape.Whole(1, 256),
                        "How many connections read in parallel; left out, twice Spark's cores, 16"
                            + " at most."))),
            new Shape.Case("snowflake", snowflake()),
            new Shape.Case(
                "sql",
                Shape.obj(
                    Key.required(
                        "query",
                        literal("an SQL query"),
                        "Spark SQL over the tables of the session's catalog."))),
            new Shape.Case("dbt", dbt()),
            new Shape.Case(
                "spark",
                Shape.obj(
                    Key.required(
                        "format",
                        literal("the name of a data source"),
                        "A data source of Spark: iceberg, bigquery, hudi, orc and what else is on"
                            + " the class path."),
                    Key.optional("path", Shape.text(), "A file or folder."),
                    Key.optional(
                        "table",
                        literal("the name of a table"),
                        "A table's name as the data source takes it, instead of a path."),
                    Key.optional(
                        "options",
                        new Shape.MapOf(Shape.text()),
                        "{}",
                        "Options of the data source; secrets are references.")))));
  }

  private static Shape.Obj dbt() {
    return Shape.obj(
        Key.optional("manifest", Shape.text(), "target/manifest.json", "dbt's manifest.json."),
        Key.required(
            "model",
            literal("the name of a model"),
            "A model, snapshot or seed: its name, or its name after folders or package."),
        Key.optional(
            "through",
            new Shape.Variants(
                "type",
                List.of(
                    new Shape.Case("sql", Shape.obj()),
                    new Shape.Case("delta", Shape.obj()),
                    new Shape.Case("iceberg", Shape.obj()),
                    new Shape.Case(
                        "jdbc",
                        Shape.obj(
                            Key.required(
                                "url",
                                Shape.text(),
                                "jdbc:postgresql://host/database and the like."),
                            Key.optional("user", Shape.text(), "Who reads."),
                            Key.optional(
                                "password", Shape.secret(), "A reference to the password."),
                            Key.optional(
                                "partition_column",
                                COLUMN,
                                "Numeric, date or timestamp column to read in parallel by."))))),
            "{type: sql}",
            "How to get at the model's rows: as a table of Spark's catalog, or from the database."),
        Key.optional(
            "on_dbt_failure",
            Shape.choice("stop", "warn"),
            "stop",
            "What becomes of a run whose model, a test of it or the freshness of its sources"
                + " failed in dbt's last run."));
  }

  private static Shape.Obj snowflake() {
    return Shape.obj(
        Key.optional(
            "account",
            new Shape.Pattern(
                "[A-Za-z0-9][A-Za-z0-9_-]*(\\.[A-Za-z0-9_-]+)*",
                "an account identifier such as myorg-myaccount"),
            "Account identifier: organisation and account name."),
        Key.optional(
            "url", Shape.text(), "https://host of the account, instead of its identifier."),
        Key.optional("user", literal("a user"), "Who reads; required with private_key."),
        Key.optional(
            "private_key", Shape.secret(), "A reference to the user's private key, in PEM."),
        Key.optional(
            "private_key_passphrase",
            Shape.secret(),
            "A reference to an encrypted key's passphrase."),
        Key.optional(
            "token", Shape.secret(), "A reference to an OAuth access token, instead of a key."),
        Key.optional(
            "warehouse",
            literal("a warehouse"),
            "What runs the query; left out, the user's default."),
        Key.optional(
            "role", literal("a role"), "Whose rights count; left out, the user's default."),
        Key.required("database", literal("a database"), "Where names without a database are."),
        Key.optional("schema", literal("a schema"), "PUBLIC", "Where names without a schema are."),
        Key.optional(
            "table",
            literal("the name of a table"),
            "The table or view to read, as it is when the run begins."),
        Key.optional(
            "query",
            literal("an SQL query"),
            "A query to read, instead of a table; AT {pinned} behind a table's name reads it as it"
                + " is when the run begins."));
  }

  private static Shape rule() {
    Shape region = new Shape.Pattern("[A-Z]{2}", "a country such as GB");
    return new Shape.AnyOf(
        List.of(
            Shape.choice("required", "email", "phone"),
            Shape.obj(
                Key.optional("required", FLAG, "Not null and not blank."),
                Key.optional("email", FLAG, "An e-mail address."),
                Key.optional(
                    "phone",
                    region,
                    "A phone number; those without + are read as of this country."),
                Key.optional("regex", literal("a regular expression"), "The whole text matches."),
                Key.optional("min", NUMBER, "A number not below."),
                Key.optional("max", NUMBER, "A number not above."),
                Key.optional("min_length", LENGTH, "Text of at least so many characters."),
                Key.optional("max_length", LENGTH, "Text of at most so many characters."),
                Key.optional("enum", new Shape.ListOf(Shape.text()), "One of these values."),
                Key.optional("not_before", DAY, "A date or timestamp not before this day."),
                Key.optional("not_after", DAY, "A date or timestamp not after this day."),
                Key.optional(
                    "date_range",
                    Shape.obj(
                        Key.required("from", DAY, "The first day."),
                        Key.required("to", DAY, "The last day.")),
                    "A date or timestamp between two days, both included."),
                Key.optional(
                    "expr",
                    literal("a Spark SQL expression"),
                    "A Spark SQL predicate over the source row."))));
  }

  private static Shape guards() {
    return Shape.obj(
        Key.optional(
            "max_deletes", LIMIT, "Most deletes: a share of the rows in state, or a count."),
        Key.optional(
            "max_changes",
            LIMIT,
            "Most changes: a share of the rows in the source, or a count; not for a first sync."),
        Key.optional(
            "min_source_rows",
            new Shape.Whole(0, Long.MAX_VALUE),
            "Fewest rows that the source must have."),
        Key.optional(
            "max_invalid",
            LIMIT,
            "Most invalid rows: a share of the rows in the source, or a count."),
        Key.optional(
            "max_rejected",
            LIMIT,
            "50%",
            "Most records that the destination may reject in one partition of a run: a share of"
                + " those it judged, once they are 1,000, or a count; 100% for any number."));
  }

  private static Shape literal(String what) {
    return new Shape.Pattern("[\\s\\S]+", what);
  }

  private static Shape words(Enum<?>[] values) {
    return new Shape.Choice(
        Arrays.stream(values).map(value -> value.name().toLowerCase(Locale.ROOT)).toList());
  }
}
