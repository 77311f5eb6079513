/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.mapping;

import static org.assertj.core.api.Assertions.assertThat;

import io.backhaul.diff.testkit.SparkSessions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TimeZone;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class RenderingTest {

  private static final SparkSession SPARK = SparkSessions.shared();

  /** A value as Spark SQL, and the JSON it must be, to the letter. */
  private record Case(String sql, String json) {}

  private static final List<Case> CASES =
      List.of(
          new Case("CAST(null AS STRING)", "null"),
          new Case("null", "null"),
          new Case("''", "\"\""),
          new Case("'a\"b\\\\c/d'", "\"a\\\"b\\\\c/d\""),
          new Case("'a\\nb\\tc\\rd'", "\"a\\nb\\tc\\rd\""),
          new Case("concat('a', char(0), char(31))", "\"a\\u0000\\u001f\""),
          new Case("'\\u2028\\u2029'", "\"\\u2028\\u2029\""),
          new Case("'😀 é 漢'", "\"😀 é 漢\""),
          new Case("'\\uFFFD'", "\"\uFFFD\""),
          new Case("'\"},{\"x\":\"'", "\"\\\"},{\\\"x\\\":\\\"\""),
          new Case("true", "true"),
          new Case("CAST(-1 AS TINYINT)", "-1"),
          new Case("9007199254740993", "9007199254740993"),
          new Case("-9223372036854775808L", "-9223372036854775808"),
          new Case("CAST(9007199254740993 AS DECIMAL(38,0))", "9007199254740993"),
          new Case("CAST(1.5 AS DECIMAL(10,4))", "1.5000"),
          new Case("CAST(0 AS DECIMAL(38,18))", "0.000000000000000000"),
          new Case("CAST(0.00000001 AS DECIMAL(10,8))", "0.00000001"),
          new Case(
              "CAST('-12345678901234567890.123456789012345678' AS DECIMAL(38,18))",
              "-12345678901234567890.123456789012345678"),
          new Case("0.1D", "0.1"),
          new Case("-0.0D", "-0.0"),
          new Case("1e300D", "1.0E300"),
          new Case("CAST('0.1' AS FLOAT)", "0.1"),
          new Case("date'2024-02-29'", "\"2024-02-29\""),
          new Case("date'1582-10-10'", "\"1582-10-10\""),
          new Case("date'0001-01-01'", "\"0001-01-01\""),
          new Case("date_add(date'9999-12-31', 1)", "\"+10000-01-01\""),
          new Case("date_sub(date'0001-01-01', 367)", "\"-0001-12-31\""),
          new Case("timestamp'2024-02-29T12:00:00Z'", "\"2024-02-29T12:00:00.000000Z\""),
          new Case("timestamp'2024-02-29T23:59:59.000001Z'", "\"2024-02-29T23:59:59.000001Z\""),
          new Case("timestamp'2024-11-03T01:30:00-04:00'", "\"2024-11-03T05:30:00.000000Z\""),
          new Case("timestamp'2024-11-03T01:30:00-05:00'", "\"2024-11-03T06:30:00.000000Z\""),
          new Case("timestamp'1969-12-31T23:59:59.999999Z'", "\"1969-12-31T23:59:59.999999Z\""),
          new Case("timestamp'1500-02-28T00:00:00Z'", "\"1500-02-28T00:00:00.000000Z\""),
          new Case("timestamp_ntz'2024-03-10 02:30:00.5'", "\"2024-03-10T02:30:00.500000\""),
          new Case("timestamp_ntz'1500-02-28 00:00:00'", "\"1500-02-28T00:00:00.000000\""),
          new Case("X'00FF10'", "\"AP8Q\""),
          new Case("X''", "\"\""),
          new Case("array()", "[]"),
          new Case("array('a', null, '\"')", "[\"a\",null,\"\\\"\"]"),
          new Case(
              "array(timestamp'1500-02-28T00:00:00Z', null)",
              "[\"1500-02-28T00:00:00.000000Z\",null]"),
          new Case(
              "named_struct('a', 1, 'b.c', CAST(null AS STRING), 'd', named_struct('e',"
                  + " date'1500-01-01'))",
              "{\"a\":1,\"b.c\":null,\"d\":{\"e\":\"1500-01-01\"}}"),
          new Case("CAST(null AS STRUCT<a: INT>)", "null"),
          new Case("array(named_struct('a', 1.50BD), null)", "[{\"a\":1.50},null]"),
          new Case("map('b', 1, 'a', null)", "{\"a\":null,\"b\":1}"),
          new Case("map(2, 'x', 10, 'y')", "{\"10\":\"y\",\"2\":\"x\"}"),
          new Case("map(date'1500-01-01', true)", "{\"1500-01-01\":true}"),
          new Case("map('a', array(map('b', X'00')))", "{\"a\":[{\"b\":\"AA==\"}]}"),
          new Case("CAST(map() AS MAP<STRING, INT>)", "{}"));

  private static Dataset<Row> source() {
    List<String> columns = new ArrayList<>();
    for (int i = 0; i < CASES.size(); i++) {
      columns.add(CASES.get(i).sql() + " AS c" + i);
    }
    return SPARK.sql("SELECT 1 AS id, " + String.join(", ", columns)).repartition(1);
  }

  private static MappingSpec spec() {
    List<FieldMapping> fields = new ArrayList<>();
    for (int i = 0; i < CASES.size(); i++) {
      fields.add(new FieldMapping.FromColumn("f" + i, "c" + i));
    }
    return new MappingSpec(List.of("id"), null, fields, Set.of());
  }

  private static String rendered(Dataset<Row> source) {
    Mapping mapping = Mapping.resolve(SPARK, spec(), List.of(), source.schema());
    Row row = mapping.rendered(mapping.hashed(source), null).first();
    assertThat(row.getList(row.fieldIndex("failures"))).isEmpty();
    return row.getAs("fields");
  }

  private static String expected() {
    List<String> fields = new ArrayList<>();
    for (int i = 0; i < CASES.size(); i++) {
      fields.add("\"f" + i + "\":" + CASES.get(i).json());
    }
    return fields.stream().collect(Collectors.joining(",", "{", "}"));
  }

  @Tag("platform")
  @Tag("fault-39")
  @Test
  void everyTypeIsWrittenToTheLetter() {
    assertThat(rendered(source())).isEqualTo(expected());
  }

  @Tag("fault-39")
  @Test
  void neitherZoneNorLocaleNorSparksDateSettingsChangeALetter() {
    Dataset<Row> source = source().cache();
    source.count();
    TimeZone zone = TimeZone.getDefault();
    Locale locale = Locale.getDefault();
    try {
      TimeZone.setDefault(TimeZone.getTimeZone("America/New_York"));
      Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
      SPARK.conf().set("spark.sql.session.timeZone", "Asia/Kathmandu");
      SPARK.conf().set("spark.sql.legacy.timeParserPolicy", "LEGACY");
      assertThat(rendered(source)).isEqualTo(expected());
      SPARK.conf().set("spark.sql.datetime.java8API.enabled", true);
      assertThat(rendered(source)).isEqualTo(expected());
    } finally {
      TimeZone.setDefault(zone);
      Locale.setDefault(locale);
      SPARK.conf().set("spark.sql.session.timeZone", "UTC");
      SPARK.conf().unset("spark.sql.legacy.timeParserPolicy");
      SPARK.conf().unset("spark.sql.datetime.java8API.enabled");
      source.unpersist();
    }
  }

  @Tag("platform")
  @Tag("fault-39")
  @Test
  void whatJsonCannotSayFailsItsFieldAndIsNotAlteredInSilence() {
    Dataset<Row> source =
        SPARK.sql(
            "SELECT 1 AS id, double('NaN') AS nan, array(float('-Infinity')) AS inside,"
                + " map(1.5D, 'ok', double('Infinity'), 'x') AS mapped, 1.5D AS fine,"
                + " CAST(X'61FF' AS STRING) AS broken, CAST(X'EDA080' AS STRING) AS surrogate,"
                + " named_struct('a', CAST(X'C0' AS STRING)) AS deep, '\\uFFFD' AS legitimate");
    List<FieldMapping> fields = new ArrayList<>();
    for (String name : source.columns()) {
      fields.add(new FieldMapping.FromColumn(name, name));
    }
    Mapping mapping =
        Mapping.resolve(
            SPARK,
            new MappingSpec(List.of("id", "broken"), null, fields, Set.of("inside", "deep")),
            List.of(),
            source.schema());

    Row row = mapping.rendered(mapping.hashed(source), Masking.random()).first();

    assertThat(row.<Row>getList(row.fieldIndex("failures")))
        .extracting(f -> f.getString(0) + " " + f.getString(1))
        .containsExactly(
            "broken not_utf8",
            "nan not_finite",
            "inside not_finite",
            "mapped not_finite",
            "broken not_utf8",
            "surrogate not_utf8",
            "deep not_utf8");
  }

  @Tag("fault-39")
  @Test
  void aTextOfAMebibyteIsWrittenWhole() {
    Dataset<Row> source = SPARK.sql("SELECT 1 AS id, concat(repeat('é', 524288), '!') AS text");
    Mapping mapping =
        Mapping.resolve(
            SPARK,
            new MappingSpec(
                List.of("id"), null, List.of(new FieldMapping.FromColumn("t", "text")), Set.of()),
            List.of(),
            source.schema());

    assertThat(mapping.rendered(mapping.hashed(source), null).first().<String>getAs("fields"))
        .isEqualTo("{\"t\":\"" + "é".repeat(524288) + "!\"}");
  }

  @Test
  void aRowThatIsOnlyAKeyHasAKeyAndNothingElse() {
    Dataset<Row> source = SPARK.sql("SELECT 1L AS id, 'x' AS name");
    Mapping mapping =
        Mapping.resolve(
            SPARK,
            new MappingSpec(
                List.of("id"), null, List.of(new FieldMapping.FromColumn("n", "name")), Set.of()),
            List.of(),
            source.schema());

    Row row =
        mapping
            .rendered(
                mapping
                    .hashed(source)
                    .selectExpr("source_key", "IF(false, mapped, null) AS mapped"),
                null)
            .first();

    assertThat(row.<String>getAs("key")).isEqualTo("{\"id\":1}");
    assertThat(row.<String>getAs("fields")).isNull();
    assertThat(row.getList(row.fieldIndex("failures"))).isEmpty();
  }

  @Tag("fault-39")
  @Test
  void keysAndPersonalValuesAreNotInThePlan() {
    byte[] key = "0123456789abcdef".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    Dataset<Row> source = SPARK.sql("SELECT 1 AS id, 'x' AS name");
    Mapping mapping =
        Mapping.resolve(
            SPARK,
            new MappingSpec(
                List.of("id"),
                null,
                List.of(new FieldMapping.FromColumn("n", "name")),
                Set.of("n")),
            List.of(),
            source.schema());

    String plan =
        mapping.rendered(mapping.hashed(source), new Masking(key, key)).queryExecution().toString();

    assertThat(plan).contains("PayloadWriter").doesNotContain("0123456789abcdef", "30313233");
  }
}
