/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What a Salesforce org knows of its objects: fields, ids, and the rules by which it refuses a
 * value. Three standard objects in part, and any custom one; each has the custom fields of the
 * documentation's examples. Values of other custom fields are taken as they come. Thread-safe.
 */
final class SalesforceOrg {

  /** A field's type, its length, and what else is to be said of it in one word. */
  private record Field(String type, int length, String trait) {}

  /** A refusal of one record, in the words of the vendor. */
  record Problem(String code, String message, String field) {}

  private static final Pattern OBJECT = Pattern.compile("[A-Za-z][A-Za-z0-9_]{0,76}__c");
  private static final Pattern CUSTOM =
      Pattern.compile("[A-Za-z][A-Za-z0-9_]*__c|[A-Za-z:]+[.].+|.+__r[.].+");
  private static final Pattern EMAIL = Pattern.compile("[^@\\s]+@[^@\\s]+\\.[^@\\s]+");
  private static final List<String> TIERS = List.of("Gold", "Silver", "Bronze");
  private static final List<String> EXTERNAL_IDS =
      List.of("MyExtId__c", "External_Id__c", "Contact_Key__c", "customExtIdField__c");

  private static final Map<String, String> PREFIXES =
      Map.of("Account", "001", "Contact", "003", "Lead", "00Q");

  private final Map<String, String> customPrefixes = new LinkedHashMap<>();

  /** Whether there is such an object. */
  static boolean knows(String object) {
    return PREFIXES.containsKey(object) || OBJECT.matcher(object).matches();
  }

  /** By name, whatever its case. */
  private static Map<String, Field> fields(String object) {
    Map<String, Field> fields = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    fields.put("Id", new Field("id", 18, "readonly"));
    fields.put("CreatedDate", new Field("datetime", 0, "readonly"));
    fields.put("OwnerId", new Field("reference", 18, "defaulted"));
    EXTERNAL_IDS.forEach(name -> fields.put(name, new Field("string", 255, "external")));
    fields.put("Tier__c", new Field("picklist", 255, "restricted"));
    switch (object) {
      case "Account" -> {
        fields.put("Name", new Field("string", 255, "required"));
        text(fields, 40, "AccountNumber", "Phone", "BillingCity", "BillingCountry", "Industry");
        fields.put("Website", new Field("url", 255, ""));
        fields.put("Description", new Field("textarea", 32_000, ""));
        fields.put("AnnualRevenue", new Field("currency", 0, ""));
        fields.put("NumberOfEmployees", new Field("int", 0, ""));
        fields.put("ParentId", new Field("reference", 18, "Parent:Account"));
      }
      case "Contact" -> {
        person(fields);
        fields.put("AccountId", new Field("reference", 18, "Account:Account"));
        fields.put("Birthdate", new Field("date", 0, ""));
      }
      case "Lead" -> {
        person(fields);
        fields.put("Company", new Field("string", 255, "required"));
        fields.put("Status", new Field("picklist", 255, "defaulted"));
      }
      default -> fields.put("Name", new Field("string", 80, ""));
    }
    return fields;
  }

  private static void person(Map<String, Field> fields) {
    text(fields, 40, "FirstName", "Phone", "MobilePhone");
    fields.put("LastName", new Field("string", 80, "required"));
    fields.put("Email", new Field("email", 80, "lookup"));
    fields.put("Title", new Field("string", 128, ""));
    fields.put("Description", new Field("textarea", 32_000, ""));
    fields.put("HasOptedOutOfEmail", new Field("boolean", 0, "defaulted"));
  }

  private static void text(Map<String, Field> fields, int length, String... names) {
    for (String name : names) {
      fields.put(name, new Field("string", length, ""));
    }
  }

  /** Whether records may be found by the field. */
  static boolean identifies(String object, String field) {
    Field known = fields(object).get(field);
    return known == null
        ? field.endsWith("__c")
        : known.trait().equals("external") || known.trait().equals("lookup");
  }

  /** The first external id that a record carries. */
  static Optional<String> externalId(JsonNode record) {
    return EXTERNAL_IDS.stream()
        .filter(record::hasNonNull)
        .map(n -> record.get(n).asText())
        .findFirst();
  }

  /** Why a record is refused, if it is. */
  static Optional<Problem> problem(String object, ObjectNode record) {
    Map<String, Field> fields = fields(object);
    for (Map.Entry<String, JsonNode> each : record.properties()) {
      String name = each.getKey();
      Field field = fields.get(name);
      Problem problem =
          field != null
              ? problem(name, field, each.getValue())
              : CUSTOM.matcher(name).matches() ? null : unknown(object, name);
      if (problem != null) {
        return Optional.of(problem);
      }
    }
    return Optional.empty();
  }

  /** Why a record that would be new is refused, if it is. */
  static Optional<Problem> missing(String object, ObjectNode record) {
    return fields(object).entrySet().stream()
        .filter(each -> each.getValue().trait().equals("required"))
        .map(Map.Entry::getKey)
        .filter(name -> !holds(record, name))
        .findFirst()
        .map(SalesforceOrg::required);
  }

  private static boolean holds(ObjectNode record, String name) {
    return record.properties().stream()
        .anyMatch(each -> each.getKey().equalsIgnoreCase(name) && !each.getValue().isNull());
  }

  /** The first of some names that is no field's; a custom field may have any. */
  static Optional<String> stranger(String object, Collection<String> names) {
    Map<String, Field> fields = fields(object);
    return names.stream()
        .filter(name -> !fields.containsKey(name) && !CUSTOM.matcher(name).matches())
        .findFirst();
  }

  private static Problem required(String name) {
    return new Problem(
        "REQUIRED_FIELD_MISSING", "Required fields are missing: [" + name + "]", name);
  }

  private static Problem unknown(String object, String name) {
    return new Problem(
        "INVALID_FIELD", "No such column '" + name + "' on sobject of type " + object, null);
  }

  private static Problem problem(String name, Field field, JsonNode value) {
    if (field.trait().equals("readonly")) {
      return new Problem(
          "INVALID_FIELD_FOR_INSERT_UPDATE",
          "Unable to create/update fields: "
              + name
              + ". Please check the security settings of this"
              + " field and verify that it is read/write for your profile or permission set.",
          name);
    }
    if (value.isNull()) {
      return field.trait().equals("required") ? required(name) : null;
    }
    String text = value.asText();
    if (field.length() > 0 && text.codePointCount(0, text.length()) > field.length()) {
      return new Problem(
          "STRING_TOO_LONG",
          name + ": data value too large: *** (max length=" + field.length() + ")",
          name);
    }
    if (field.type().equals("email") && !EMAIL.matcher(text).matches()) {
      return new Problem("INVALID_EMAIL_ADDRESS", name + ": invalid email address: " + text, name);
    }
    return field.trait().equals("restricted") && !TIERS.contains(text)
        ? new Problem(
            "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
            name + ": bad value for restricted picklist field: " + text,
            name)
        : null;
  }

  /** The body of {@code GET /sobjects/{object}/describe}. */
  static ObjectNode description(String object) {
    ObjectNode description = JsonNodeFactory.instance.objectNode().put("name", object);
    description.put("createable", true).put("updateable", true).put("deletable", true);
    ArrayNode list = description.putArray("fields");
    fields(object).forEach((name, field) -> list.add(description(name, field)));
    return description;
  }

  private static ObjectNode description(String name, Field field) {
    String trait = field.trait();
    boolean writable = !trait.equals("readonly");
    ObjectNode node = JsonNodeFactory.instance.objectNode().put("name", name).put("label", name);
    node.put("type", field.type()).put("length", field.length());
    node.put("createable", writable).put("updateable", writable);
    node.put("nillable", writable && !trait.equals("required") && !trait.equals("defaulted"));
    node.put("defaultedOnCreate", !writable || trait.equals("defaulted"));
    node.put("externalId", trait.equals("external"));
    node.put("idLookup", trait.equals("external") || trait.equals("lookup") || name.equals("Id"));
    node.put("unique", trait.equals("external")).put("caseSensitive", false);
    node.put("restrictedPicklist", trait.equals("restricted"));
    ArrayNode values = node.putArray("picklistValues");
    if (trait.equals("restricted")) {
      TIERS.forEach(
          tier -> values.addObject().put("active", true).put("value", tier).put("label", tier));
    }
    ArrayNode parents = node.putArray("referenceTo");
    int colon = trait.indexOf(':');
    if (colon > 0) {
      node.put("relationshipName", trait.substring(0, colon));
      parents.add(trait.substring(colon + 1));
    } else {
      node.putNull("relationshipName");
    }
    return node;
  }

  /** Salesforce's form of an id: object, number, and a checksum of its capitals. */
  synchronized String id(String object, String number) {
    String prefix = PREFIXES.get(object);
    if (prefix == null) {
      prefix =
          customPrefixes.computeIfAbsent(object, any -> "a%02d".formatted(customPrefixes.size()));
    }
    String id = prefix + "0".repeat(Math.max(0, 12 - number.length())) + number;
    return id + checksum(id);
  }

  private static String checksum(String id) {
    StringBuilder checksum = new StringBuilder();
    for (int from = 0; from < 15; from += 5) {
      int capitals = 0;
      for (int i = 0; i < 5; i++) {
        capitals |= Character.isUpperCase(id.charAt(from + i)) ? 1 << i : 0;
      }
      checksum.append("ABCDEFGHIJKLMNOPQRSTUVWXYZ012345".charAt(capitals));
    }
    return checksum.toString();
  }

  /** The object that an id belongs to, empty if it is no id of this org's. */
  synchronized Optional<String> objectOf(String id) {
    if (number(id).isEmpty()) {
      return Optional.empty();
    }
    Map<String, String> all = new LinkedHashMap<>(PREFIXES);
    all.putAll(customPrefixes);
    return all.entrySet().stream()
        .filter(each -> id.startsWith(each.getValue()))
        .map(Map.Entry::getKey)
        .findFirst();
  }

  /** The number within an id, empty if it is none. */
  static Optional<String> number(String id) {
    return id.matches("[0-9A-Za-z]{3}[0-9]{12}([0-9A-Z]{3})?")
        ? Optional.of(id.substring(3, 15).replaceFirst("^0+(?=.)", ""))
        : Optional.empty();
  }
}
