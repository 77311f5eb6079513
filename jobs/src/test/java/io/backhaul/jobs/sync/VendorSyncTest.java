/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.sync;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.backhaul.destination.sandbox.Fault;
import io.backhaul.destination.sandbox.Rejection;
import io.backhaul.destination.sandbox.RequestLedger;
import io.backhaul.destination.sandbox.SandboxScript;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Whole runs to each vendor's sandbox: a first sync in which some records are refused, and a later
 * one of few changes while the vendor throttles. In the end the vendor holds what the warehouse
 * does, by a comparison that knows no connector.
 */
class VendorSyncTest {

  private static final int ROWS = 20_000;
  private static final int BAD = 50;
  private static final int CHANGED = 200;
  private static final int CONNECTIONS = 4;

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private static final String TOKEN = "\"${env:ACME_TOKEN}\"";
  private static final String BEARER = "auth: {type: bearer, token: " + TOKEN + "}";
  private static final String HEADER = "auth: {type: header, token: " + TOKEN + "}";
  private static final String BASIC =
      "auth: {type: basic, username: site, password: " + TOKEN + "}";
  private static final String CLIENT =
      "auth: {type: client_credentials, client_id: acme, client_secret: " + TOKEN + "}";

  /** A vendor, and how its records are named. */
  private enum Vendor {
    SALESFORCE(
        "salesforce",
        "Contact",
        "Contact_Key__c",
        "FirstName",
        CLIENT + "\nexternal_id: Contact_Key__c",
        "LastName: last_name"),
    HUBSPOT("hubspot", "contacts", "email", "firstname", BEARER, ""),
    MARKETO("marketo", "leads", "email", "firstName", CLIENT, ""),
    ZENDESK("zendesk", "users", "external_id", "name", BEARER, ""),
    KLAVIYO("klaviyo", "profiles", "external_id", "first_name", "api_key: " + TOKEN, ""),
    BRAZE("braze", "users", "external_id", "first_name", BEARER, ""),
    ITERABLE("iterable", "users", "email", "firstName", HEADER, ""),
    CUSTOMERIO("customerio", "people", "id", "first_name", BASIC, ""),
    CENSUS("census", "contacts", "id", "name", BEARER, "");

    private final String type;
    private final String object;
    private final String identity;
    private final String name;
    private final String auth;
    private final String mapping;

    /**
     * @param identity field that the vendor knows a record by
     * @param name field that the first name goes to
     * @param auth line of the destination file
     * @param mapping what the vendor cannot do without beside these two
     */
    Vendor(String type, String object, String identity, String name, String auth, String mapping) {
      this.type = type;
      this.object = object;
      this.identity = identity;
      this.name = name;
      this.auth = auth;
      this.mapping = mapping;
    }

    /** The field that a refusal names, in SQL: Census' protocol has no place for one. */
    private String named() {
      return this == CENSUS ? "NULL" : "'" + name + "'";
    }
  }

  @TempDir Path home;
  private SyncBed bed;

  @AfterEach
  void stop() {
    bed.close();
  }

  /** Those that take half a minute; the others are among the long tests. */
  @ParameterizedTest
  @EnumSource(names = {"SALESFORCE", "CENSUS"})
  void aVendorHoldsWhatTheWarehouseDoesAfterRefusalsChangesAndThrottling(Vendor vendor) {
    theVendorHoldsWhatTheWarehouseDoes(vendor);
  }

  @Tag("faults")
  @ParameterizedTest
  @EnumSource(
      names = {"SALESFORCE", "CENSUS"},
      mode = EnumSource.Mode.EXCLUDE)
  void theOtherVendorsDoSoToo(Vendor vendor) {
    theVendorHoldsWhatTheWarehouseDoes(vendor);
  }

  private void theVendorHoldsWhatTheWarehouseDoes(Vendor vendor) {
    start(vendor);
    SandboxScript picky =
        SandboxScript.FAULTLESS.with(
            Rejection.when(vendor.name, "^Bad", "INVALID_NAME", "is not a name"));
    bed.sandbox().script(picky);
    bed.edit("UPDATE customers SET first_name = 'Bad' WHERE customer_id <= " + BAD);

    RunReport first = bed.run();

    assertThat(first.counts())
        .as(
            "%s: %s",
            first.error(),
            bed.sql("SELECT code, field, message, count(*) FROM dead_letters GROUP BY ALL"))
        .containsEntry("applied", (long) ROWS - BAD)
        .containsEntry("rejected", (long) BAD);
    assertThat(bed.value("SELECT count(*) FROM dead_letters WHERE field <=> " + vendor.named()))
        .isEqualTo((long) BAD);
    assertThat(held(vendor)).isEqualTo(warehouse(" WHERE customer_id > " + BAD));

    bed.edit(
        "UPDATE customers SET first_name = concat('Other', customer_id) WHERE customer_id % 100 ="
            + " 7");
    bed.sandbox().script(picky.with(Fault.lasting(Fault.Kind.THROTTLE, Duration.ofSeconds(1))));

    RunReport second = bed.run();

    assertThat(second.counts()).containsEntry("applied", (long) CHANGED);
    assertThat(held(vendor))
        .isEqualTo(warehouse(" WHERE customer_id > " + BAD + " OR first_name LIKE 'Other%'"));
    assertThat(bed.run().counts()).as("nothing is left to do").containsEntry("planned", 0L);
  }

  /** Part of the long fault tests, because a run in a JVM of its own takes half a minute. */
  @Tag("faults")
  @ParameterizedTest
  @EnumSource(Vendor.class)
  void afterARunWasKilledTheVendorHoldsWhatTheWarehouseDoes(Vendor vendor) throws Exception {
    start(vendor);
    bed.sandbox().script(SandboxScript.FAULTLESS.taking(Duration.ofMillis(150)));
    RequestLedger arrived = bed.sandbox().ledger();
    try (SyncProcess run = SyncProcess.sync(home, null)) {
      run.awaitUntil(() -> arrived.applied() >= ROWS / 4);
      run.kill();
    }
    assertThat(arrived.applied()).as("killed in the middle").isLessThan(ROWS);
    bed.sandbox().script(SandboxScript.FAULTLESS);
    bed.clock().forward(Duration.ofMinutes(2)); // the dead run's lease runs out

    assertThat(bed.run().status()).isEqualTo(RunStatus.SUCCEEDED);

    assertThat(held(vendor)).isEqualTo(warehouse(""));
    Map<String, Integer> applications = new TreeMap<>();
    arrived
        .entries()
        .forEach(
            entry ->
                entry.written().stream()
                    .filter(RequestLedger.Written::applied)
                    .forEach(written -> applications.merge(written.name(), 1, Integer::sum)));
    long most = arrived.entries().stream().mapToLong(RequestLedger.Entry::records).max().orElse(0);
    assertThat(applications.values().stream().filter(times -> times > 1).count())
        .as("no more is sent twice than was in flight")
        .isLessThanOrEqualTo(CONNECTIONS * most);
  }

  private void start(Vendor vendor) {
    bed = new SyncBed(home);
    bed.customers(ROWS);
    bed.file(
        "conf/destinations/acme/crm.yaml",
        """
        type: %s
        url: %s/%s
        rate: {requests_per_second: 10000, concurrency: %d}
        %s
        """
            .formatted(vendor.type, bed.sandbox().url(), vendor.type, CONNECTIONS, vendor.auth));
    bed.file(
        "conf/syncs/acme/contacts.yaml",
        """
        source: {type: delta, path: ./warehouse/customers}
        key: [customer_id]
        destination: crm
        object: %s
        mode: upsert
        mapping:
          %s: email
          %s: first_name
          %s
        """
            .formatted(vendor.object, vendor.identity, vendor.name, vendor.mapping));
  }

  /** From the identity of each record to its first name, as the warehouse has them. */
  private Map<String, String> warehouse(String where) {
    return bed.rows("SELECT email, first_name FROM customers" + where).stream()
        .collect(
            toMap(
                row -> row.getString(0),
                row -> row.getString(1),
                (one, other) -> one,
                TreeMap::new));
  }

  /** The same, as the vendor holds them. */
  private Map<String, String> held(Vendor vendor) {
    Map<String, String> held = new TreeMap<>();
    bed.sandbox()
        .records(vendor.object)
        .forEach((name, fields) -> held.put(name, firstName(vendor, fields)));
    return held;
  }

  private static String firstName(Vendor vendor, String fields) {
    try {
      JsonNode value = JSON.readTree(fields).findValue(vendor.name);
      return value == null ? null : value.asText();
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the sandbox keeps JSON", e);
    }
  }
}
