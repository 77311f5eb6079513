/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.mapping;

import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;

import io.backhaul.diff.mapping.ReferenceHash.NullOf;
import io.backhaul.diff.mapping.ReferenceHash.ShortDecimal;
import io.backhaul.diff.testkit.SparkSessions;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TimeZone;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tag;
import net.jqwik.api.Tuple;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;

/** Random rows over every type: 300 of them in one Spark job, against {@link ReferenceHash}. */
class RowHashPropertyTest {

  private static final SparkSession SPARK = SparkSessions.shared();
  private static final String FINGERPRINT = "0123456789abcdef0123456789abcdef";
  private static final int ROWS = 300;

  /** A value as Spark takes it and as the reference takes it. */
  private record Twin(Object spark, Object reference) {}

  /** Rows for one Spark job. */
  private record Batch(List<List<Twin>> rows) {
    @Override
    public String toString() {
      return rows.size() + " rows";
    }
  }

  private record Kind(String ddl, NullOf none, Arbitrary<Twin> values) {}

  private static <T> Kind scalar(String ddl, Arbitrary<T> values) {
    return new Kind(ddl, NullOf.SCALAR, values.map(v -> new Twin(v, v)));
  }

  private static final Arbitrary<String> TEXTS =
      Arbitraries.oneOf(
          Arbitraries.strings().all().ofMaxLength(40),
          Arbitraries.strings().withChars("ab\u0000 é").ofMaxLength(4),
          Arbitraries.of("", "null", "\uD83D\uDE00", "\uD800", "\uFFFD", "İI"));

  private static final Arbitrary<Double> DOUBLES =
      Arbitraries.oneOf(
          Arbitraries.doubles(),
          Arbitraries.of(
              0.0,
              -0.0,
              Double.NaN,
              Double.longBitsToDouble(0x7ff800000000beefL),
              Double.MIN_VALUE,
              Double.POSITIVE_INFINITY,
              Double.NEGATIVE_INFINITY,
              0x1p53 + 2));

  private static final Arbitrary<Float> FLOATS =
      Arbitraries.oneOf(
          Arbitraries.floats(), Arbitraries.of(0f, -0f, Float.NaN, Float.NEGATIVE_INFINITY));

  private static final Arbitrary<Long> LONGS =
      Arbitraries.oneOf(
          Arbitraries.longs(), Arbitraries.of((1L << 53) + 1, Long.MIN_VALUE, 0L, -1L));

  private static final long FIRST_SECOND =
      LocalDateTime.of(1, 1, 1, 0, 0).toEpochSecond(ZoneOffset.UTC);
  private static final long LAST_SECOND =
      LocalDateTime.of(9999, 12, 31, 23, 59).toEpochSecond(ZoneOffset.UTC);

  private static final Arbitrary<Instant> INSTANTS =
      Combinators.combine(
              Arbitraries.oneOf(
                  Arbitraries.longs().between(FIRST_SECOND, LAST_SECOND),
                  // Around the change of calendar, and in the hour that New York had twice.
                  Arbitraries.longs().between(-12_220_000_000L, -12_219_000_000L),
                  Arbitraries.longs().between(1_699_160_000L, 1_699_170_000L)),
              Arbitraries.integers().between(0, 999_999))
          .as((second, micro) -> Instant.ofEpochSecond(second, micro * 1_000L));

  private static Arbitrary<BigDecimal> decimals(int precision, int scale) {
    BigInteger bound = BigInteger.TEN.pow(precision).subtract(BigInteger.ONE);
    return Arbitraries.bigIntegers()
        .between(bound.negate(), bound)
        .map(unscaled -> new BigDecimal(unscaled, scale));
  }

  private static final List<Kind> KINDS =
      List.of(
          scalar("STRING", TEXTS),
          scalar("BOOLEAN", Arbitraries.of(true, false)),
          scalar("TINYINT", Arbitraries.bytes()),
          scalar("SMALLINT", Arbitraries.shorts()),
          scalar("INT", Arbitraries.integers()),
          scalar("BIGINT", LONGS),
          scalar("FLOAT", FLOATS),
          scalar("DOUBLE", DOUBLES),
          new Kind(
              "DECIMAL(18,4)",
              NullOf.SCALAR,
              decimals(18, 4).map(d -> new Twin(d, new ShortDecimal(d)))),
          scalar("DECIMAL(38,18)", decimals(38, 18)),
          scalar(
              "DATE",
              Arbitraries.integers()
                  .between(-719_162, 2_932_896)
                  .map(day -> LocalDate.ofEpochDay(day))),
          scalar("TIMESTAMP", INSTANTS),
          scalar("TIMESTAMP_NTZ", INSTANTS.map(i -> LocalDateTime.ofInstant(i, ZoneOffset.UTC))),
          scalar("BINARY", Arbitraries.bytes().array(byte[].class).ofMaxSize(70)),
          new Kind(
              "STRUCT<a: STRING, b: BIGINT>",
              NullOf.STRUCT_OF_TWO_SCALARS,
              Combinators.combine(TEXTS.injectNull(0.3), LONGS.injectNull(0.3))
                  .as(
                      (a, b) ->
                          new Twin(
                              RowFactory.create(a, b), RowFactory.create(orNull(a), orNull(b))))),
          new Kind(
              "ARRAY<STRING>",
              NullOf.ARRAY_OR_MAP,
              TEXTS.injectNull(0.3).list().ofMaxSize(4).map(l -> new Twin(l.toArray(), orNull(l)))),
          new Kind(
              "ARRAY<ARRAY<DOUBLE>>",
              NullOf.ARRAY_OR_MAP,
              DOUBLES
                  .list()
                  .ofMaxSize(3)
                  .list()
                  .ofMaxSize(3)
                  .map(l -> new Twin(l.stream().map(List::toArray).toArray(), l))),
          new Kind(
              "MAP<STRING, TIMESTAMP>",
              NullOf.ARRAY_OR_MAP,
              Arbitraries.maps(Arbitraries.strings().alpha().ofMaxLength(3), INSTANTS)
                  .ofMaxSize(5)
                  .map(m -> new Twin(m, m))));

  private static Object orNull(Object value) {
    return value == null ? NullOf.SCALAR : value;
  }

  private static List<Object> orNull(List<String> values) {
    return values.stream().map(RowHashPropertyTest::orNull).toList();
  }

  @Provide
  Arbitrary<Batch> batches() {
    List<Arbitrary<Twin>> columns =
        KINDS.stream()
            .map(
                kind ->
                    Arbitraries.frequencyOf(
                        Tuple.of(7, kind.values()),
                        Tuple.of(1, Arbitraries.just(new Twin(null, kind.none())))))
            .toList();
    return Combinators.combine(columns).as(row -> row).list().ofSize(ROWS).map(Batch::new);
  }

  @Tag("fault-39")
  @Property(tries = 2, shrinking = ShrinkingMode.OFF)
  void everyTypeHashesAsTheDescriptionSays(@ForAll("batches") Batch batch) {
    List<List<Twin>> rows = batch.rows();
    List<DataType> types = KINDS.stream().map(k -> DataType.fromDDL(k.ddl())).toList();
    List<Column> columns = IntStream.range(0, types.size()).mapToObj(i -> col("c" + i)).toList();
    List<Column> hashes = new ArrayList<>();
    hashes.add(col("id"));
    hashes.add(RowHash.of(FINGERPRINT, types, columns));
    for (int i = 0; i < types.size(); i++) {
      hashes.add(RowHash.of(FINGERPRINT, types.subList(i, i + 1), columns.subList(i, i + 1)));
    }
    List<Row> hashed =
        table(rows).orderBy("id").select(hashes.toArray(Column[]::new)).collectAsList();

    for (int r = 0; r < rows.size(); r++) {
      List<Object> reference = rows.get(r).stream().map(Twin::reference).toList();
      for (int i = 0; i < types.size(); i++) {
        assertThat(hashed.get(r).getLong(i + 2))
            .as("%s %s", types.get(i).simpleString(), reference.get(i))
            .isEqualTo(ReferenceHash.of(FINGERPRINT, reference.subList(i, i + 1)));
      }
      assertThat(hashed.get(r).getLong(1)).isEqualTo(ReferenceHash.of(FINGERPRINT, reference));
    }
  }

  @Tag("fault-39")
  @Property(tries = 1, shrinking = ShrinkingMode.OFF)
  void neitherTimeZoneNorLocaleNorPartitioningChangesAHash(@ForAll("batches") Batch batch) {
    Map<String, List<Long>> seen = new LinkedHashMap<>();
    Dataset<Row> table = table(batch.rows());
    TimeZone zone = TimeZone.getDefault();
    Locale locale = Locale.getDefault();
    try {
      seen.put("as the tests run", rowHashes(table));
      for (String[] place :
          new String[][] {
            {"America/New_York", "tr"},
            {"Asia/Kathmandu", "ar"},
            {"Pacific/Apia", "th-TH-u-nu-thai"}
          }) {
        TimeZone.setDefault(TimeZone.getTimeZone(place[0]));
        Locale.setDefault(Locale.forLanguageTag(place[1]));
        SPARK.conf().set("spark.sql.session.timeZone", place[0]);
        seen.put(String.join(" ", place), rowHashes(table.repartition(3)));
      }
    } finally {
      TimeZone.setDefault(zone);
      Locale.setDefault(locale);
      SPARK.conf().set("spark.sql.session.timeZone", "UTC");
    }
    assertThat(seen.values().stream().distinct()).as(seen.keySet().toString()).hasSize(1);
  }

  private static List<Long> rowHashes(Dataset<Row> table) {
    List<DataType> types = KINDS.stream().map(k -> DataType.fromDDL(k.ddl())).toList();
    List<Column> columns = IntStream.range(0, types.size()).mapToObj(i -> col("c" + i)).toList();
    return table
        .orderBy("id")
        .select(RowHash.of(FINGERPRINT, types, columns))
        .collectAsList()
        .stream()
        .map(r -> r.getLong(0))
        .toList();
  }

  /** Repartitioned, so that Spark compiles the hash instead of folding it into the plan. */
  private static Dataset<Row> table(List<List<Twin>> rows) {
    StructType schema = new StructType().add("id", "int");
    for (int i = 0; i < KINDS.size(); i++) {
      schema = schema.add("c" + i, DataType.fromDDL(KINDS.get(i).ddl()));
    }
    List<Row> external = new ArrayList<>();
    for (int r = 0; r < rows.size(); r++) {
      List<Object> row = new ArrayList<>();
      row.add(r);
      rows.get(r).forEach(twin -> row.add(twin.spark()));
      external.add(RowFactory.create(row.toArray()));
    }
    return SPARK.createDataFrame(external, schema).repartition(2);
  }
}
