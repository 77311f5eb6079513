/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.generic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.destination.DestinationException;
import io.backhaul.destination.ObjectSchema;
import io.backhaul.destination.Op;
import io.backhaul.destination.config.Key;
import io.backhaul.destination.config.Shape;
import io.backhaul.destination.http.HeaderText;
import io.backhaul.destination.http.HttpKeys;
import io.backhaul.destination.http.HttpSettings;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * A destination file of type {@code http}, read.
 *
 * @param paths per operation what is appended to the url, with {@code {object}} and {@code {op}}
 * @param idempotencyHeader the header that carries the batch id, or {@code null} for none
 * @param idempotencyKeys whether the endpoint is known to honour it: the file names the header
 * @param objects the objects it knows; empty where it takes any
 */
record HttpConfig(
    HttpSettings http,
    String method,
    Map<Op, String> paths,
    Map<String, String> headers,
    Results results,
    String idempotencyHeader,
    boolean idempotencyKeys,
    Set<Op> ops,
    Map<String, ObjectSchema> objects) {

  private static final HttpKeys KEYS = new HttpKeys(null, 100_000, 100, 1 << 20, 50, 4);
  private static final String IDEMPOTENCY_KEY = "Idempotency-Key";

  HttpConfig {
    paths = Map.copyOf(paths);
    headers = Map.copyOf(headers);
    ops = Set.copyOf(ops);
    objects = Map.copyOf(objects);
  }

  static Shape.Obj shape() {
    String[] opNames = Arrays.stream(Op.values()).map(Op::wireName).toArray(String[]::new);
    Key[] pathKeys =
        Arrays.stream(opNames)
            .map(op -> Key.optional(op, Shape.text(), "Path for " + op + "."))
            .toArray(Key[]::new);
    return KEYS.shape(
        Key.optional("method", Shape.choice("POST", "PUT", "PATCH"), "POST", "HTTP method."),
        Key.optional(
            "path",
            new Shape.AnyOf(List.of(Shape.obj(pathKeys), Shape.text())),
            "Appended to the url, {object} and {op} filled in; one text, or one for each"
                + " operation."),
        Key.optional(
            "headers", new Shape.MapOf(Shape.text()), "Headers to send beside the usual ones."),
        Key.optional(
            "results",
            Shape.choice("by_status", "per_record"),
            "by_status",
            "Whether a 2xx status stands for all records, or the answer gives each its result."),
        Key.optional(
            "idempotency_key",
            new Shape.AnyOf(
                List.of(
                    Shape.obj(
                        Key.required(
                            "header",
                            Shape.text(),
                            "Header that the endpoint reads the key from.")),
                    Shape.choice("off"))),
            "Names the header by which the endpoint recognises a batch it has seen, so that inserts"
                + " may be sent again; if left out, Idempotency-Key is sent but not relied on."),
        Key.optional(
            "ops",
            new Shape.ListOf(Shape.choice(opNames)),
            "Operations the endpoint takes; all if left out."),
        Key.optional(
            "objects",
            new Shape.MapOf(object()),
            "Objects and fields the endpoint knows; mappings are checked against them."));
  }

  private static Shape.Obj object() {
    Shape.Obj field =
        Shape.obj(
            Key.optional(
                "type",
                Shape.choice(
                    "string",
                    "integer",
                    "number",
                    "boolean",
                    "date",
                    "datetime",
                    "object",
                    "array"),
                "string",
                "What the field holds."),
            Key.optional("required", new Shape.Flag(), "false", "Whether a record must have it."),
            Key.optional(
                "max_length",
                new Shape.Whole(1, Integer.MAX_VALUE),
                "Longest text it takes, in characters."),
            Key.optional("enum", new Shape.ListOf(Shape.text()), "The only values it takes."));
    return Shape.obj(
        Key.required("fields", new Shape.MapOf(field), "All fields of the object, by name."),
        Key.optional(
            "keys", new Shape.ListOf(Shape.text()), "Fields that a record can be matched by."));
  }

  /**
   * Reads properties of this {@link #shape}.
   *
   * @throws DestinationException (refused) if an address, a header or credentials cannot be used
   */
  static HttpConfig read(ObjectNode properties) {
    JsonNode key = properties.path("idempotency_key");
    String header =
        key.isObject()
            ? key.path("header").asText()
            : key.asText("").equals("off") ? null : IDEMPOTENCY_KEY;
    Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    properties
        .path("headers")
        .fields()
        .forEachRemaining(each -> headers.put(each.getKey(), each.getValue().asText()));
    headers.forEach(HeaderText::check);
    if (header != null) {
      HeaderText.check(header, "");
    }
    return new HttpConfig(
        KEYS.read(properties),
        properties.path("method").asText("POST"),
        paths(properties.path("path")),
        headers,
        Results.valueOf(properties.path("results").asText("by_status").toUpperCase(Locale.ROOT)),
        header,
        key.isObject(),
        ops(properties.path("ops")),
        objects(properties.path("objects")));
  }

  private static Map<Op, String> paths(JsonNode path) {
    Map<Op, String> paths = new EnumMap<>(Op.class);
    for (Op op : Op.values()) {
      String text = path.isObject() ? path.path(op.wireName()).asText("") : path.asText("");
      paths.put(op, text.isEmpty() || text.startsWith("/") ? text : "/" + text);
    }
    paths.values().forEach(HttpConfig::checkPath);
    return paths;
  }

  private static void checkPath(String path) {
    try {
      new URI(path.replaceAll("\\{(object|op)}", "x"));
    } catch (URISyntaxException e) {
      throw DestinationException.refused(
          "PATH_REFUSED",
          0,
          "the path '" + path + "' is no part of a url: percent-encode what is not one");
    }
  }

  private static Set<Op> ops(JsonNode ops) {
    Set<Op> allowed = EnumSet.noneOf(Op.class);
    ops.forEach(op -> allowed.add(Op.ofWireName(op.asText())));
    return allowed.isEmpty() ? EnumSet.allOf(Op.class) : allowed;
  }

  private static Map<String, ObjectSchema> objects(JsonNode objects) {
    Map<String, ObjectSchema> schemas = new TreeMap<>();
    objects
        .fields()
        .forEachRemaining(
            each -> schemas.put(each.getKey(), schema(each.getKey(), each.getValue())));
    return schemas;
  }

  private static ObjectSchema schema(String name, JsonNode object) {
    List<ObjectSchema.Field> fields = new ArrayList<>();
    object
        .path("fields")
        .fields()
        .forEachRemaining(
            each ->
                fields.add(
                    new ObjectSchema.Field(
                        each.getKey(),
                        each.getValue().path("type").asText("string"),
                        each.getValue().path("required").asBoolean(false),
                        true,
                        each.getValue().path("max_length").asInt(0),
                        texts(each.getValue().path("enum")))));
    return new ObjectSchema(name, true, fields, new HashSet<>(texts(object.path("keys"))));
  }

  private static List<String> texts(JsonNode list) {
    List<String> texts = new ArrayList<>();
    list.forEach(element -> texts.add(element.asText()));
    return texts;
  }
}
