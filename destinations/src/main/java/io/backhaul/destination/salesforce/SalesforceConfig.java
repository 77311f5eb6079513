/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.salesforce;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.destination.DestinationException;
import io.backhaul.destination.config.Key;
import io.backhaul.destination.config.Shape;
import io.backhaul.destination.http.HttpKeys;
import io.backhaul.destination.http.HttpSettings;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * A destination file of type {@code salesforce}, read.
 *
 * <p>Limits: 200 records a call of sObject Collections ("Use sObject Collections", v67); a Bulk API
 * 2.0 job takes 100 MB of CSV and works in batches of 10,000, of which an org has 15,000 in 24
 * hours (limits cheat sheet, v67). Salesforce prescribes no rate, only a daily number of calls and
 * 25 calls in flight that last longer than 20 s.
 *
 * @param version of the API, for example {@code 66.0}
 * @param externalIds per object the external id field that identifies a record
 * @param anyExternalId the same for every other object, or {@code null}
 * @param allowSave whether duplicate rules that only alert are overruled
 */
record SalesforceConfig(
    HttpSettings http,
    String version,
    Api api,
    Map<String, String> externalIds,
    String anyExternalId,
    boolean allowSave) {

  /** Which of Salesforce's two interfaces carries a batch. */
  enum Api {
    /** Chosen by the size of the batch. */
    AUTO,
    COLLECTIONS,
    BULK
  }

  /** An API name; it becomes a part of addresses. */
  private static final Pattern VERSION = Pattern.compile("[1-9][0-9]{1,2}\\.0");

  static final Pattern FIELD = Pattern.compile("[A-Za-z][A-Za-z0-9_]*");

  /** Most records in one call of sObject Collections. */
  static final int MOST_IN_A_CALL = 200;

  /** Most records in one job: what Salesforce works off as one batch. */
  static final int MOST_RECORDS = 10_000;

  /** Above so many records Salesforce recommends Bulk API 2.0 over anything else. */
  private static final int MOST_WITHOUT_A_JOB = 2_000;

  /** Results echo what was uploaded, and an answer may be twice as large as this. */
  private static final long MOST_BYTES = 8 << 20;

  private static final HttpKeys KEYS =
      new HttpKeys(null, MOST_RECORDS, MOST_RECORDS, MOST_BYTES, 10, 5, "/services/oauth2/token");

  SalesforceConfig {
    externalIds = Map.copyOf(externalIds);
  }

  static Shape.Obj shape() {
    return KEYS.shape(
        Key.optional(
            "version", Shape.text(), "66.0", "Version of Salesforce's API; 53.0 or later."),
        Key.optional(
            "api",
            Shape.choice("auto", "collections", "bulk"),
            "auto",
            "What carries a batch: sObject Collections, 200 records a call; a Bulk API 2.0 job; or"
                + " either, a job where a batch holds more than 2,000 records."),
        Key.optional(
            "external_id",
            new Shape.AnyOf(List.of(new Shape.MapOf(Shape.text()), Shape.text())),
            "API name of the external id field that identifies a record: one for all objects, or"
                + " one for each. If left out, the key column of a sync that has only one."),
        Key.optional(
            "duplicate_rule",
            Shape.obj(
                Key.optional(
                    "allow_save",
                    new Shape.Flag(),
                    "false",
                    "Whether records are saved although a duplicate rule alerts.")),
            "How Salesforce's duplicate rules are met; for sObject Collections only."));
  }

  /**
   * Reads properties of this {@link #shape}.
   *
   * @throws DestinationException (refused) if they contradict each other
   */
  static SalesforceConfig read(ObjectNode properties) {
    JsonNode given = properties.path("external_id");
    Map<String, String> byObject = new TreeMap<>();
    if (given.isObject()) {
      given
          .fields()
          .forEachRemaining(each -> byObject.put(each.getKey(), each.getValue().asText()));
    }
    Api api = Api.valueOf(properties.path("api").asText("auto").toUpperCase(Locale.ROOT));
    boolean allowSave = properties.path("duplicate_rule").path("allow_save").asBoolean(false);
    if (allowSave && api == Api.BULK) {
      throw DestinationException.refused(
          "DUPLICATE_RULE_NOT_IN_BULK",
          0,
          "Bulk API 2.0 cannot overrule duplicate rules: leave out duplicate_rule.allow_save, or"
              + " set api: collections");
    }
    byObject.values().forEach(SalesforceConfig::checkField);
    if (given.isTextual()) {
      checkField(given.asText());
    }
    return new SalesforceConfig(
        KEYS.read(properties),
        version(properties.path("version").asText("66.0")),
        api,
        byObject,
        given.isTextual() ? given.asText() : null,
        allowSave);
  }

  private static String version(String version) {
    if (!VERSION.matcher(version).matches()) {
      throw DestinationException.refused(
          "VERSION_REFUSED", 0, "version is no API version: write it as 66.0");
    }
    return version;
  }

  private static void checkField(String name) {
    if (!FIELD.matcher(name).matches() || name.equalsIgnoreCase("Id")) {
      throw DestinationException.refused(
          "EXTERNAL_ID_UNKNOWN",
          0,
          "external_id: '" + name + "' is no external id field, as MyExtId__c is");
    }
  }

  /** The external id field that the file names for an object. */
  Optional<String> externalId(String object) {
    return Optional.ofNullable(externalIds.getOrDefault(object, anyExternalId));
  }

  /** All of them. */
  Set<String> allExternalIds() {
    Set<String> all = new TreeSet<>(externalIds.values());
    if (anyExternalId != null) {
      all.add(anyExternalId);
    }
    return all;
  }

  /** Whether a batch of that size is carried by a job. */
  boolean bulk(int records) {
    return api == Api.BULK || (api == Api.AUTO && !allowSave && records > MOST_WITHOUT_A_JOB);
  }

  /** Most records in one batch. */
  int maxRecords() {
    return api == Api.COLLECTIONS || (api == Api.AUTO && allowSave)
        ? Math.min(http.maxRecords(), MOST_IN_A_CALL)
        : http.maxRecords();
  }

  /** Most bytes in one batch. */
  long maxBytes() {
    return Math.min(http.maxBytes(), MOST_BYTES);
  }

  /** {@code /services/data/v66.0} and what follows it. */
  String path(String rest) {
    return "/services/data/v" + version + rest;
  }

  /** The address of {@link #path}. */
  URI at(String rest) {
    return http.at(path(rest));
  }
}
