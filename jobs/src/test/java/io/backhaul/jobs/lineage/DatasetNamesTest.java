/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.lineage;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.destination.DestinationConfig;
import io.backhaul.diff.lineage.ReadTable;
import io.backhaul.diff.source.SourceSpec;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Expected names are those of OpenLineage's page on naming, and of its Spark listener. */
class DatasetNamesTest {

  private static String shown(List<DatasetName> names) {
    return names.stream()
        .map(name -> name.namespace() + " " + name.name())
        .collect(Collectors.joining(", "));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "jdbc:postgresql://db.example.com/shop | customers | postgres://db.example.com:5432"
            + " shop.public.customers",
        "jdbc:postgresql://me:hunter2@db.example.com:6543/shop?ssl=true&password=hunter2 |"
            + " crm.customers | postgres://db.example.com:6543 shop.crm.customers",
        "jdbc:postgresql://db.example.com/shop | \"Shop\".\"a.b\" | postgres://db.example.com:5432"
            + " shop.Shop.a.b",
        "jdbc:postgresql://db.example.com/shop | shop.crm.customers |"
            + " postgres://db.example.com:5432 shop.crm.customers",
        "jdbc:postgresql://db.example.com/shop?currentSchema=crm&ssl=true | customers |"
            + " postgres://db.example.com:5432 shop.crm.customers",
        "jdbc:mysql://db.example.com/shop | customers | mysql://db.example.com:3306 shop.customers",
        "jdbc:sqlserver://db.example.com:1433;databaseName=shop | dbo.customers |"
            + " sqlserver://db.example.com:1433 shop.dbo.customers",
      })
  void aTableOfADatabase(String url, String table, String expected) {
    SourceSpec source = new SourceSpec.Jdbc(url, null, null, table, null, null);

    assertThat(shown(DatasetNames.of(source))).isEqualTo(expected);
    assertThat(DatasetNames.columnsAreTheTables(source)).isTrue();
  }

  @Test
  void aQueryReadsTheTablesThatItNames() {
    String url = "jdbc:postgresql://db.example.com/shop";
    SourceSpec query =
        new SourceSpec.Jdbc(
            url,
            null,
            null,
            null,
            "WITH new AS (SELECT * FROM crm.customers) SELECT n.*, o.total FROM new n"
                + " LEFT JOIN orders o ON o.customer = n.id WHERE n.id IN (SELECT id FROM orders)",
            null);

    assertThat(shown(DatasetNames.of(query)))
        .isEqualTo(
            "postgres://db.example.com:5432 shop.crm.customers,"
                + " postgres://db.example.com:5432 shop.public.orders");
    assertThat(DatasetNames.columnsAreTheTables(query)).isFalse();
    assertThat(
            DatasetNames.of(
                new SourceSpec.Jdbc(
                    url, null, null, null, "SELECT * FROM a WHERE x @> '{}'", null)))
        .as("what Spark's parser cannot read")
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "https://acme-eu.snowflakecomputing.com | customers | | snowflake://acme-eu"
            + " SALES.PUBLIC.CUSTOMERS",
        "https://acme-eu.snowflakecomputing.com | crm.\"Customers\" | | snowflake://acme-eu"
            + " SALES.CRM.Customers",
        "http://127.0.0.1:8080 | other.crm.customers | | snowflake://127.0.0.1:8080"
            + " OTHER.CRM.CUSTOMERS",
        "https://acme-eu.snowflakecomputing.com | | SELECT * FROM crm.customers AT {pinned} c JOIN"
            + " orders o ON c.id = o.c | snowflake://acme-eu SALES.CRM.CUSTOMERS,"
            + " snowflake://acme-eu SALES.PUBLIC.ORDERS",
      })
  void aTableOfSnowflake(String url, String table, String query, String expected) {
    SourceSpec source =
        new SourceSpec.Snowflake(
            url,
            new SourceSpec.Snowflake.Login(null, null, null, "t"),
            null,
            null,
            "sales",
            "PUBLIC",
            table,
            query);

    assertThat(shown(DatasetNames.of(source))).isEqualTo(expected);
    assertThat(DatasetNames.columnsAreTheTables(source)).isEqualTo(query == null);
  }

  @ParameterizedTest
  @CsvSource({
    "s3a://lake/crm/customers, s3://lake crm/customers",
    "s3://lake/crm/customers/, s3://lake crm/customers",
    "s3a://AKIA:hunter2@lake/customers, s3://lake customers",
    "gs://lake/customers, gs://lake customers",
    "abfss://box@account.dfs.core.windows.net/customers, abfss://box@account.dfs.core.windows.net"
        + " customers",
    "hdfs://name:8020/customers, hdfs://name:8020 /customers",
    "/data/customers, file /data/customers",
    "file:/data/customers, file /data/customers",
  })
  void filesByTheirAddress(String path, String expected) {
    assertThat(shown(DatasetNames.of(new SourceSpec.Delta(path, null)))).isEqualTo(expected);
    assertThat(shown(DatasetNames.of(new SourceSpec.Files("csv", path, null, Map.of()))))
        .isEqualTo(expected);
    assertThat(shown(DatasetNames.of(new SourceSpec.Spark("hudi", path, null, Map.of(), Set.of()))))
        .isEqualTo(expected);
  }

  @Test
  void whatSparkKnowsIsNamedOnceItLooked() {
    assertThat(DatasetNames.of(new SourceSpec.Delta(null, "main.crm.customers"))).isEmpty();
    assertThat(DatasetNames.of(new SourceSpec.Sql("SELECT * FROM a"))).isEmpty();
    assertThat(
            DatasetNames.of(
                new ReadTable(List.of("main", "crm", "customers"), "s3a://lake/crm/customers")))
        .contains(
            new DatasetName(
                "s3://lake", "crm/customers", new DatasetName("main", "crm.customers")));
    assertThat(DatasetNames.of(new ReadTable(List.of("crm", "customers"), null)))
        .contains(new DatasetName("spark_catalog", "crm.customers"));
    assertThat(DatasetNames.of(new ReadTable(List.of(), null))).isEmpty();
    assertThat(
            shown(
                DatasetNames.of(
                    new SourceSpec.Spark(
                        "bigquery", null, "project.crm.customers", Map.of(), Set.of()))))
        .isEqualTo("bigquery project.crm.customers");
  }

  @ParameterizedTest
  @CsvSource({
    "hubspot, url=https://api.hubapi.com, contacts, hubspot://acme.crm contacts",
    "salesforce, url=https://acme.my.salesforce.com, Contact, salesforce://acme.my.salesforce.com"
        + " Contact",
    "http, url=https://api.example.com:8443/in, people, http://api.example.com:8443 people",
    "postgres, url=jdbc:postgresql://db.example.com/crm, people, postgres://db.example.com:5432"
        + " crm.public.people",
    "files, path=s3a://drop/out/, people, s3://drop out/people",
    "kafka, bootstrap_servers=broker:9092;other:9092, people, kafka://broker:9092 people",
    "unheard_of, region=eu, people, unheard_of://acme.crm people",
  })
  void whereRecordsGo(String type, String property, String object, String expected) {
    String[] keyValue = property.split("=", 2);
    ObjectNode properties = JsonNodeFactory.instance.objectNode();
    if (keyValue[0].equals("bootstrap_servers")) {
      Arrays.stream(keyValue[1].split(";")).forEach(properties.putArray("bootstrap_servers")::add);
    } else {
      properties.put(keyValue[0], keyValue[1]);
    }

    assertThat(
            shown(
                List.of(
                    DatasetNames.of(
                        new DestinationConfig("acme", "crm", type, properties), object))))
        .isEqualTo(expected);
  }
}
