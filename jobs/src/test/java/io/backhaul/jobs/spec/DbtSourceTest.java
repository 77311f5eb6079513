/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.spec;

import static org.assertj.core.api.Assertions.assertThat;

import io.backhaul.diff.source.SourceSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A small project as dbt 1.9 describes it, with what its last build and look at freshness left. */
class DbtSourceTest {

  private static final Path DBT = Path.of("src/test/resources/dbt");

  @TempDir Path home;
  private Conf conf;

  @BeforeEach
  void aTargetFolder() throws IOException {
    conf = new Conf(home);
    for (String file : List.of("manifest.json", "run_results.json", "sources.json")) {
      edit(file, "", "");
    }
  }

  /** Writes one of dbt's files with an edit. */
  private void edit(String file, String from, String to) throws IOException {
    String text = Files.readString(DBT.resolve(file));
    assertThat(text).contains(from);
    Files.createDirectories(home.resolve("target"));
    Files.writeString(home.resolve("target").resolve(file), text.replace(from, to));
  }

  private static String text(String source, String key) {
    return Conf.CONTACTS
        .replace("{type: delta, path: ./warehouse/customers}", "{type: dbt, " + source + "}")
        .replace("[customer_id]", "[" + key + "]");
  }

  private SyncSpec sync(String source) {
    return sync(source, "customer_id");
  }

  private SyncSpec sync(String source, String key) {
    return conf.write("syncs/acme/contacts.yaml", text(source, key)).sync("contacts");
  }

  private SpecProblem problem(String source) {
    List<SpecProblem> problems =
        conf.write("syncs/acme/contacts.yaml", text(source, "customer_id")).problems();
    assertThat(problems).as("%s", problems).hasSize(1);
    return problems.get(0);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "customers",
        "marts.customers",
        "shop.marts.customers",
        "shop.customers",
        "model.shop.customers"
      })
  void aModelIsFoundByEachOfItsNames(String name) {
    assertThat(sync("model: " + name).source())
        .isEqualTo(new SourceSpec.Sql("SELECT * FROM `main`.`marts`.`customers`"));
  }

  @Test
  void itsRowsComeThroughWhatTheFileSays() {
    String name = "`main`.`marts`.`customers`";

    assertThat(sync("model: customers, through: {type: delta}").source())
        .isEqualTo(new SourceSpec.Delta(null, name));
    assertThat(sync("model: customers, through: {type: iceberg}").source())
        .isEqualTo(new SourceSpec.Spark("iceberg", null, name, Map.of(), Set.of()));
    assertThat(
            sync("model: customers, through: {type: jdbc, url: 'jdbc:x://h/d', user: me,"
                    + " password: '${env:ACME_TOKEN}', partition_column: id}")
                .source())
        .isEqualTo(new SourceSpec.Jdbc("jdbc:x://h/d", "me", Conf.TOKEN, name, null, "id"));
    assertThat(sync("model: customers_history").source())
        .isEqualTo(new SourceSpec.Sql("SELECT * FROM `main`.`history`.`customers_history`"));
  }

  @Test
  void whatIsNotAModelIsNamedWithTheNearest() {
    SpecProblem problem = problem("model: marts.custmers");

    assertThat(problem.path()).isEqualTo("source.model");
    assertThat(problem.message()).contains("has no model marts.custmers");
    assertThat(problem.toString()).contains("did you mean \"marts.customers\"?");
    assertThat(problem("model: accounts").message())
        .contains("several: model.crm.accounts, model.shop.accounts");
    assertThat(problem("model: sessions").message()).contains("is ephemeral");
    assertThat(problem("model: unique_customers_customer_id").message()).contains("has no model");
  }

  @ParameterizedTest
  @CsvSource({"v10,true", "v11,true", "v12,true", "v20,true", "v9,false", "v13,false"})
  void versionsThatAreNotKnownAreRefused(String version, boolean known) throws IOException {
    edit("manifest.json", "manifest/v12.json", "manifest/" + version + ".json");

    if (known) {
      assertThat(sync("model: customers").upstream()).isEqualTo(Upstream.SILENT);
    } else {
      assertThat(problem("model: customers").message()).contains("is of version " + version);
    }
  }

  @Test
  void whatIsNoManifestIsNamed() throws IOException {
    assertThat(problem("model: customers, manifest: target/run_results.json").message())
        .contains("is not a manifest of dbt");
    Files.writeString(home.resolve("target/manifest.json"), "{");
    assertThat(problem("model: customers").message()).contains("is not JSON");
    Files.delete(home.resolve("target/manifest.json"));
    assertThat(problem("model: customers").message()).contains("there is no file");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "customers | customer_id | true",
        "customers | CUSTOMER_ID | true",
        "customers | customer_id, email | true",
        "customers | email | false",
        "customers_history | customer_id | true",
        "products | sku | true",
        "visits | day, customer_id | true",
        "visits | day | false",
        "visits | customer_id | false",
        "stg_contacts | customer_id | false"
      })
  void aKeyThatDbtDoesNotTestAsUniqueIsAWarning(String model, String key, boolean unique) {
    String source = "model: %s, on_dbt_failure: warn".formatted(model);
    List<String> warnings =
        conf.write(
                "syncs/acme/contacts.yaml",
                text(source, key).replace("pii: [email, full_name]", "pii: []"))
            .sync("contacts")
            .upstream()
            .warnings();

    assertThat(warnings.stream().anyMatch(w -> w.contains("does not test that")))
        .isEqualTo(!unique);
  }

  @Test
  void aModelThatFailedStopsTheSyncUnlessItIsToWarn() {
    Upstream stopped = sync("model: products").upstream();

    assertThat(stopped.failures())
        .singleElement()
        .asString()
        .contains("dbt's last run of model.shop.products ended as `error`")
        .contains("on_dbt_failure: warn");
    Upstream warned = sync("model: products, on_dbt_failure: warn").upstream();
    assertThat(warned.failures()).isEmpty();
    assertThat(warned.warnings()).anyMatch(w -> w.contains("ended as `error`"));
  }

  @Test
  void aTestThatFailedStopsItAndOneThatWarnedWarns() throws IOException {
    Upstream visits = sync("model: visits").upstream();
    assertThat(visits.failures()).singleElement().asString().contains("unique_combination");
    assertThat(visits.warnings()).anyMatch(w -> w.contains("relationships_visits_customer_id"));

    assertThat(sync("model: customers").upstream()).isEqualTo(Upstream.SILENT);
    edit("run_results.json", "\"pass\"", "\"error\"");
    assertThat(sync("model: customers").upstream().failures()).hasSize(2);
  }

  @Test
  void aStaleSourceHoweverFarUpStopsItAndALateOneWarns() throws IOException {
    edit("sources.json", "\"pass\"", "\"error\"");
    assertThat(sync("model: customers").upstream().failures())
        .satisfiesExactly(
            far -> assertThat(far).contains("shop.crm.contacts"),
            near -> assertThat(near).contains("shop.raw.orders"));
    assertThat(sync("model: stg_contacts").upstream().failures()).hasSize(1);

    edit("sources.json", "\"pass\"", "\"warn\"");
    assertThat(sync("model: customers").upstream().failures()).isEmpty();
    assertThat(sync("model: customers").upstream().warnings()).hasSize(2);
  }

  /** As dbt 2.0 (Fusion) writes {@code sources.json}; {@code run_results.json} it does not. */
  @Test
  void aStatusWithACapitalIsTheSame() throws IOException {
    edit("sources.json", "\"pass\"", "\"Pass\"");
    assertThat(sync("model: customers").upstream()).isEqualTo(Upstream.SILENT);

    edit("sources.json", "\"pass\"", "\"Error\"");
    assertThat(sync("model: customers").upstream().failures()).hasSize(2);

    edit("sources.json", "\"pass\"", "\"Warn\"");
    assertThat(sync("model: customers").upstream().warnings()).hasSize(2);
  }

  /** {@code dbt docs generate} calls every node a success, whatever became of it before. */
  @ParameterizedTest
  @ValueSource(strings = {"generate", "compile", "list"})
  void resultsOfACommandThatBuildsNothingSayNothing(String command) throws IOException {
    edit("run_results.json", "\"build\"", "\"" + command + "\"");

    Upstream upstream = sync("model: products").upstream();

    assertThat(upstream.failures()).isEmpty();
    assertThat(upstream.warnings())
        .anySatisfy(
            warning ->
                assertThat(warning)
                    .contains("is of `dbt " + command + "`, which builds nothing", "`dbt build`"));
  }

  @Test
  void whereDbtLeftNoResultsNobodyKnows() throws IOException {
    Files.delete(home.resolve("target/run_results.json"));
    Files.delete(home.resolve("target/sources.json"));

    Upstream upstream = sync("model: customers").upstream();

    assertThat(upstream.failures()).isEmpty();
    assertThat(upstream.warnings()).singleElement().asString().contains("no run_results.json");
  }

  @Test
  void aColumnThatAnEnforcedContractDoesNotHaveIsAProblemBeforeAnythingIsRead() {
    conf.write(
        "syncs/acme/contacts.yaml",
        """
        source: {type: dbt, model: order_lines, on_dbt_failure: warn}
        key: [order_id, line]
        destination: crm
        object: lines
        mapping:
          amount: amuont
        """);

    assertThat(conf.problems())
        .extracting(SpecProblem::toString)
        .singleElement()
        .asString()
        .contains("mapping.amount: the contract of model.shop.order_lines has no column amuont")
        .contains("did you mean \"amount\"?");
  }

  @Test
  void aTenantsModelMustBeWithinItsReach() {
    String tenant = Conf.TENANT.replace("paths: [", "paths: [./target, ");
    conf.write("tenants/acme.yaml", tenant);
    for (String type : List.of("sql", "delta", "iceberg")) {
      assertThat(problem("model: customers, through: {type: %s}".formatted(type)).message())
          .contains("reads main.marts.customers")
          .contains("allow.catalogs");
    }

    conf.write("tenants/acme.yaml", tenant.replace("main.acme", "main.marts"));
    for (String type : List.of("sql", "delta", "iceberg")) {
      assertThat(sync("model: customers, through: {type: %s}".formatted(type)).id())
          .isEqualTo("acme/contacts");
    }
  }
}
