/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.destination.DestinationProvider;
import io.backhaul.destination.config.Key;
import io.backhaul.destination.config.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * JSON Schema (draft 2020-12) of the four kinds of files, made from the definitions that the reader
 * checks by. What takes more than one key to tell, and whether a secret is set, is left to the
 * reader.
 */
final class JsonSchema {

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** Text in which a dollar sign before a brace always begins a reference. */
  private static final String INTERPOLATED = "^([^$]|\\$(?!\\{)|" + Secrets.REFERENCE + ")*$";

  private JsonSchema() {}

  /**
   * Writes them into {@code folder}, which is made if it is missing.
   *
   * @throws IOException if that fails
   */
  static void write(Path folder, Collection<DestinationProvider> providers) throws IOException {
    Files.createDirectories(folder);
    for (Map.Entry<String, String> schema : all(providers).entrySet()) {
      Files.writeString(folder.resolve(schema.getKey()), schema.getValue());
    }
  }

  /** File name and content of the three schemas, for these types of destinations. */
  static Map<String, String> all(Collection<DestinationProvider> providers) {
    Map<String, String> schemas = new LinkedHashMap<>();
    schemas.put("backhaul.schema.json", file("Backhaul: where the ledger is", FileShapes.BACKHAUL));
    schemas.put(
        "destination.schema.json",
        file("Backhaul: a destination", FileShapes.destination(providers)));
    schemas.put("tenant.schema.json", file("Backhaul: a tenant's reach", TenantFile.SHAPE));
    schemas.put("sync.schema.json", file("Backhaul: a sync", FileShapes.SYNC));
    return schemas;
  }

  private static String file(String title, Shape shape) {
    ObjectNode root = JSON.objectNode();
    root.put("$schema", "https://json-schema.org/draft/2020-12/schema");
    root.put("title", title);
    root.setAll(schema(shape));
    return root.toPrettyString() + "\n";
  }

  private static ObjectNode schema(Shape shape) {
    if (shape instanceof Shape.Obj obj) {
      return object(JSON.objectNode(), obj.keys());
    }
    if (shape instanceof Shape.Variants variants) {
      return variants(variants);
    }
    if (shape instanceof Shape.MapOf map) {
      return typed("object").set("additionalProperties", schema(map.value()));
    }
    if (shape instanceof Shape.ListOf list) {
      ObjectNode array = typed("array").set("items", schema(list.element()));
      return anyOf(List.of(array, schema(list.element())));
    }
    if (shape instanceof Shape.AnyOf any) {
      return anyOf(any.shapes().stream().map(JsonSchema::schema).toList());
    }
    return single(shape);
  }

  private static ObjectNode single(Shape shape) {
    if (shape instanceof Shape.Text) {
      return typed("string", "number", "boolean").put("pattern", INTERPOLATED);
    }
    if (shape instanceof Shape.Pattern pattern) {
      return unreferenced(typed("string").put("pattern", "^(" + pattern.regex() + ")$"));
    }
    if (shape instanceof Shape.Secret) {
      return typed("string").put("pattern", "^" + Secrets.REFERENCE + "$");
    }
    if (shape instanceof Shape.Url) {
      ObjectNode plain = JSON.objectNode().put("pattern", "^" + SingleValues.URL + "$");
      ObjectNode resolved = JSON.objectNode().put("pattern", Secrets.REFERENCE);
      ObjectNode url = typed("string").put("pattern", INTERPOLATED);
      return url.set("anyOf", JSON.arrayNode().add(plain).add(resolved));
    }
    if (shape instanceof Shape.Choice choice) {
      ArrayNode words = JSON.arrayNode();
      choice.words().forEach(words::add);
      return JSON.objectNode().set("enum", words);
    }
    if (shape instanceof Shape.Whole whole) {
      ObjectNode integer = typed("integer");
      integer = whole.min() == Long.MIN_VALUE ? integer : integer.put("minimum", whole.min());
      return whole.max() == Long.MAX_VALUE ? integer : integer.put("maximum", whole.max());
    }
    if (shape instanceof Shape.Decimal decimal) {
      ObjectNode number = typed("number");
      boolean bounded = decimal.min() > -Double.MAX_VALUE || decimal.max() < Double.MAX_VALUE;
      return bounded ? number.put("minimum", decimal.min()).put("maximum", decimal.max()) : number;
    }
    if (shape instanceof Shape.Flag) {
      return typed("boolean");
    }
    if (shape instanceof Shape.Span) {
      return typed("string").put("pattern", "^" + SingleValues.SPAN + "$");
    }
    if (shape instanceof Shape.Size) {
      ObjectNode measured = typed("string").put("pattern", "^" + SingleValues.SIZE + "$");
      return anyOf(List.of(typed("integer").put("minimum", 1), measured));
    }
    if (shape instanceof Shape.Scalar) {
      return unreferenced(typed("string", "number", "boolean", "null"));
    }
    throw new IllegalArgumentException("no schema for " + shape);
  }

  /** A text that the reader takes as it is must not look as if it were resolved. */
  private static ObjectNode unreferenced(ObjectNode schema) {
    ObjectNode reference = typed("string").put("pattern", Secrets.REFERENCE);
    return schema.set("not", reference);
  }

  private static ObjectNode object(ObjectNode schema, Collection<Key> keys) {
    schema.put("type", "object");
    ObjectNode properties = schema.putObject("properties");
    for (Key key : keys) {
      ObjectNode property = schema(key.shape());
      property.put("description", key.doc());
      if (key.fallback() != null) {
        property.set("default", plain(YamlReader.read(key.fallback())));
      }
      properties.set(key.name(), property);
    }
    List<String> required = keys.stream().filter(Key::required).map(Key::name).toList();
    if (!required.isEmpty()) {
      ArrayNode names = schema.putArray("required");
      required.forEach(names::add);
    }
    return schema.put("additionalProperties", false);
  }

  /** One branch a word, so that an editor offers the keys that go with it. */
  private static ObjectNode variants(Shape.Variants variants) {
    ObjectNode schema = typed("object");
    ArrayNode words = JSON.arrayNode();
    variants.cases().forEach(c -> words.add(c.word()));
    ObjectNode tag = JSON.objectNode().set("enum", words);
    schema.putObject("properties").set(variants.tag(), tag);
    schema.putArray("required").add(variants.tag());
    ArrayNode branches = schema.putArray("allOf");
    for (Shape.Case branch : variants.cases()) {
      ObjectNode is = JSON.objectNode().put("const", branch.word());
      ObjectNode when = JSON.objectNode();
      when.putObject("properties").set(variants.tag(), is);
      when.putArray("required").add(variants.tag());
      ObjectNode then = object(JSON.objectNode(), branch.shape().keys());
      ((ObjectNode) then.get("properties")).set(variants.tag(), is.deepCopy());
      branches.addObject().<ObjectNode>set("if", when).set("then", then);
    }
    return schema;
  }

  private static ObjectNode anyOf(List<? extends JsonNode> schemas) {
    ArrayNode array = JSON.arrayNode();
    schemas.forEach(array::add);
    return JSON.objectNode().set("anyOf", array);
  }

  private static ObjectNode typed(String... types) {
    ObjectNode schema = JSON.objectNode();
    if (types.length == 1) {
      return schema.put("type", types[0]);
    }
    return schema.set("type", MAPPER.valueToTree(types));
  }

  /** The JSON that a YAML value stands for. */
  static JsonNode plain(Yaml yaml) {
    if (yaml instanceof Yaml.Items list) {
      ArrayNode array = JSON.arrayNode();
      list.items().forEach(item -> array.add(plain(item)));
      return array;
    }
    if (yaml instanceof Yaml.Fields mapping) {
      ObjectNode object = JSON.objectNode();
      mapping.fields().forEach(field -> object.set(field.name(), plain(field.value())));
      return object;
    }
    return SingleValues.plain((Yaml.Single) yaml);
  }
}
