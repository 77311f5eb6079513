/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.marketo;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.destination.config.Key;
import io.backhaul.destination.config.Shape;
import io.backhaul.destination.http.HttpKeys;
import io.backhaul.destination.http.HttpSettings;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * A destination file of type {@code marketo}, read.
 *
 * <p>Limits of one subscription, all its integrations together: 100 calls in 20 seconds, 10 at a
 * time, 50,000 a day; 300 records and 1 MB a call, less than 10 MB an import ("Error Codes", "Bulk
 * Import", read 2026). Five calls at a time are left to others, as Marketo's "Integration Best
 * Practices" advises.
 *
 * @param api whether people go as calls or as imports
 * @param lookupField the field that identifies a person, or {@code null} to take {@code email} of
 *     records that have it, else the source's key
 * @param partition where people are created, or {@code null}
 * @param dedupeFields per custom object the fields that identify a record; those of the source's
 *     key for all others
 */
record MarketoConfig(
    HttpSettings http,
    Api api,
    String lookupField,
    String partition,
    Map<String, List<String>> dedupeFields) {

  /** How people are sent. */
  enum Api {
    /** By calls what fits into one, by import what does not. */
    AUTO,
    REST,
    BULK
  }

  /** Of a file below 10 MB: the sender counts JSON, which CSV is rarely longer than. */
  private static final long MOST_BYTES = 9_000_000;

  private static final HttpKeys KEYS =
      new HttpKeys(
          null, 100_000, MarketoRequest.MOST_RECORDS, MOST_BYTES, 5, 5, "/identity/oauth/token?");

  MarketoConfig {
    dedupeFields = Map.copyOf(dedupeFields);
  }

  static Shape.Obj shape() {
    return KEYS.shape(
        Key.optional(
            "api",
            Shape.choice("auto", "rest", "bulk"),
            "auto",
            "How people are upserted: by calls of 300 (rest), by imports of files (bulk), or by"
                + " import where a batch does not fit into one call (auto); batch.max_records says"
                + " how many records one import takes."),
        Key.optional(
            "lookup_field",
            Shape.text(),
            "Field that identifies a person. If left out, email where a record has it, else the"
                + " source's only key column."),
        Key.optional("partition", Shape.text(), "Lead partition that people are created in."),
        Key.optional(
            "dedupe_fields",
            new Shape.MapOf(new Shape.ListOf(Shape.text())),
            "Per custom object the fields that identify a record; the source's key columns if left"
                + " out."));
  }

  /** Reads properties of this {@link #shape}. */
  static MarketoConfig read(ObjectNode properties) {
    Map<String, List<String>> dedupe = new HashMap<>();
    properties
        .path("dedupe_fields")
        .fields()
        .forEachRemaining(
            each -> {
              List<String> names = new ArrayList<>();
              each.getValue().forEach(name -> names.add(name.asText()));
              dedupe.put(each.getKey(), List.copyOf(names));
            });
    String api = properties.path("api").asText("auto");
    return new MarketoConfig(
        KEYS.read(rooted(properties)),
        Api.valueOf(api.toUpperCase(Locale.ROOT)),
        properties.path("lookup_field").asText(null),
        properties.path("partition").asText(null),
        dedupe);
  }

  /** Marketo shows its address as that of the REST API; imports and tokens are beside that. */
  private static ObjectNode rooted(ObjectNode properties) {
    ObjectNode rooted = properties.deepCopy();
    return rooted.put("url", properties.path("url").asText("").replaceFirst("/rest/?$", ""));
  }

  /** Most records of one batch. */
  int maxRecords() {
    return api == Api.REST
        ? Math.min(http.maxRecords(), MarketoRequest.MOST_RECORDS)
        : http.maxRecords();
  }

  /** Most bytes of one batch: those of a call, unless it may become an import. */
  long maxBytes() {
    boolean imports = api == Api.BULK || maxRecords() > MarketoRequest.MOST_RECORDS;
    return Math.min(http.maxBytes(), imports ? MOST_BYTES : MarketoRequest.MOST_BYTES);
  }

  /** Fields that must travel with every record. */
  Set<String> identityFields() {
    Set<String> fields = new HashSet<>();
    fields.add(lookupField == null ? Leads.EMAIL : lookupField);
    dedupeFields.values().forEach(fields::addAll);
    return fields;
  }
}
