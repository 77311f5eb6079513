/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.mapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.backhaul.diff.testkit.DfAssert;
import io.backhaul.diff.testkit.SparkSessions;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;

class LookupsTest {

  private static final SparkSession SPARK = SparkSessions.shared();

  private static final Dataset<Row> ACCOUNTS =
      SPARK.sql(
          "SELECT shop, CAST(nr AS BIGINT) AS nr, destination_id FROM VALUES ('de', 1, 'D1'),"
              + " ('de', 2, 'D2'), ('fr', 1, 'F1'), ('fr', 2, NULL) AS t(shop, nr,"
              + " destination_id)");

  private static final LookupIds BY_SHOP_AND_NR =
      new LookupIds(ACCOUNTS.select("shop", "nr").schema(), ACCOUNTS);

  private static final LookupIds BY_NR =
      new LookupIds(
          ACCOUNTS.select("nr").schema(),
          ACCOUNTS.where("shop = 'de'").select("nr", "destination_id"));

  private static MappingSpec spec(FieldMapping... fields) {
    return new MappingSpec(List.of("id"), null, List.of(fields), Set.of());
  }

  private static FieldMapping lookup(String field, String sync, Lookup.Part... key) {
    return new FieldMapping.FromLookup(
        field, new Lookup(sync, Arrays.asList(key), OnMissing.DEFER));
  }

  private static Lookup.Part column(String column, String text) {
    return new Lookup.Part(column, text, false);
  }

  private static Lookup.Part expression(String column, String text) {
    return new Lookup.Part(column, text, true);
  }

  /** The order of the two columns in state and in the file may differ; the names count. */
  @Test
  void anIdIsFoundByAllColumnsOfItsKeyAndANullAmongThemIsNoKey() {
    Dataset<Row> source =
        SPARK.sql(
            "SELECT CAST(id AS INT), shop, CAST(nr AS INT), CAST(boss AS DECIMAL(5, 0)) FROM VALUES"
                + " (1, 'de', 2, 1), (2, 'fr', 1, NULL), (3, NULL, 1, 2), (4, 'de', NULL, 9), (5,"
                + " 'it', 1, 1), (6, 'fr', 2, 1) AS t(id, shop, nr, boss)");
    MappingSpec spec =
        spec(
            new FieldMapping.FromColumn("id", "id"),
            lookup("account", "accounts", column("NR", "nr"), expression("shop", "shop")),
            lookup("boss", "bosses", column("nr", "boss")));
    Mapping mapping =
        Mapping.resolve(
            SPARK,
            spec,
            List.of(),
            source.schema(),
            Map.of("accounts", BY_SHOP_AND_NR, "bosses", BY_NR));

    DfAssert.assertSameRowsInOrder(
        SPARK.sql(
            "SELECT CAST(id AS INT), account, boss, unresolved FROM VALUES"
                + " (1, 'D2', 'D1', CAST(array() AS ARRAY<STRING>)), (2, 'F1', NULL, array()),"
                + " (3, NULL, 'D2', array()), (4, NULL, NULL, array('boss')),"
                + " (5, NULL, 'D1', array('account')), (6, NULL, 'D1', array('account'))"
                + " AS t(id, account, boss, unresolved) ORDER BY id"),
        mapping.hashed(source).select("mapped.*", "unresolved").orderBy("id"));
    assertThat(mapping.usedColumns(source)).containsExactly("id", "shop", "nr", "boss");
    assertThat(mapping.origins(spec, source))
        .containsExactly(
            new FieldOrigin("id", List.of("id"), true, false),
            new FieldOrigin("account", List.of("shop", "nr"), false, false),
            new FieldOrigin("boss", List.of("boss"), false, false));
  }

  @Test
  void aSyncThatHasDeliveredNothingHasNoId() {
    Dataset<Row> source = SPARK.sql("SELECT 1 AS id, 7 AS nr UNION ALL SELECT 2, NULL");
    Mapping mapping =
        Mapping.resolve(
            SPARK,
            spec(lookup("account", "accounts", column("nr", "nr"))),
            List.of(),
            source.schema());

    assertThat(
            mapping
                .hashed(source)
                .selectExpr("source_key.id", "mapped.account", "array_join(unresolved, ',')")
                .orderBy("id")
                .collectAsList())
        .extracting(Row::toString)
        .containsExactly("[1,null,account]", "[2,null,]");
  }

  @Test
  void aKeyOfAnotherKindIsRefusedWithARemedy() {
    Dataset<Row> source = SPARK.sql("SELECT 1 AS id, '7' AS nr, 'de' AS shop");
    MappingException thrown =
        catchThrowableOfType(
            MappingException.class,
            () ->
                Mapping.resolve(
                    SPARK,
                    spec(
                        lookup("text", "bosses", column("nr", "nr")),
                        lookup("gone", "bosses", column("nr", "number")),
                        lookup("other", "accounts", column("shop", "shop"))),
                    List.of(),
                    source.schema(),
                    Map.of("accounts", BY_SHOP_AND_NR, "bosses", BY_NR)));

    assertThat(thrown.problems())
        .extracting(MappingProblem::toString)
        .containsExactly(
            "mapping.text: `nr` is a string, and the key `nr` of bosses is a bigint; cast it with"
                + " `expr`",
            "mapping.gone: the source has no column `number`",
            "mapping.other: accounts has delivered under the key shop, nr, and its file has"
                + " another one; run it first");
  }

  @Test
  void theFingerprintKnowsWhatIsLookedUpAndNotWhatBecomesOfMissingIds() {
    Dataset<Row> source = SPARK.sql("SELECT 1 AS id, 7 AS nr");
    String one = fingerprint(source, lookup("a", "x", column("nr", "nr")));

    assertThat(
            fingerprint(
                source,
                new FieldMapping.FromLookup(
                    "a", new Lookup("x", List.of(column("nr", "nr")), OnMissing.DEAD_LETTER))))
        .isEqualTo(one);
    assertThat(
            List.of(
                fingerprint(source, lookup("a", "y", column("nr", "nr"))),
                fingerprint(source, lookup("a", "x", column("nr", "id"))),
                fingerprint(source, lookup("a", "x", expression("nr", "nr")))))
        .doesNotContain(one)
        .doesNotHaveDuplicates();
  }

  private static String fingerprint(Dataset<Row> source, FieldMapping field) {
    return Mapping.resolve(SPARK, spec(field), List.of(), source.schema()).fingerprint();
  }
}
