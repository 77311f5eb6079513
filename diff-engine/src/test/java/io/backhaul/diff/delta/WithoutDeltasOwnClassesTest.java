/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.delta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.backhaul.diff.state.TableRef;
import io.backhaul.diff.testkit.SparkSessions;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Our classes where {@code org.apache.spark.sql.delta} is not to be had, as on Databricks. */
class WithoutDeltasOwnClassesTest {

  private static final SparkSession SPARK = SparkSessions.shared();

  @TempDir Path folder;

  /** Loads this module's classes itself, and no class of Delta's own; all else is the tests'. */
  private static final class Poor extends ClassLoader {

    Poor() {
      super(WithoutDeltasOwnClassesTest.class.getClassLoader());
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (name.startsWith("org.apache.spark.sql.delta.")) {
        throw new ClassNotFoundException(name);
      }
      if (!name.startsWith("io.backhaul.diff.")) {
        return super.loadClass(name, resolve);
      }
      synchronized (getClassLoadingLock(name)) {
        Class<?> loaded = findLoadedClass(name);
        return loaded != null ? loaded : define(name);
      }
    }

    private Class<?> define(String name) throws ClassNotFoundException {
      try (InputStream in = getResourceAsStream(name.replace('.', '/') + ".class")) {
        if (in == null) {
          throw new ClassNotFoundException(name);
        }
        byte[] bytes = in.readAllBytes();
        return defineClass(name, bytes, 0, bytes.length);
      } catch (IOException e) {
        throw new ClassNotFoundException(name, e);
      }
    }
  }

  private final ClassLoader poor = new Poor();

  @Test
  void aTableIsMadeWrittenAndRead() throws ReflectiveOperationException {
    Class<?> type = poor.loadClass(TableRef.class.getName());
    Object table =
        poor.loadClass(TableRef.ByPath.class.getName())
            .getConstructor(String.class)
            .newInstance(folder.resolve("table").toString());
    assertThat(type).isNotEqualTo(TableRef.class);
    Dataset<Row> rows = SPARK.range(2).selectExpr("'a' AS tenant", "id AS n");

    assertThat(call(type, table, "exists", SPARK)).isEqualTo(false);
    call(
        type,
        table,
        "createIfMissing",
        SPARK,
        rows.schema(),
        List.of("tenant"),
        "For a test",
        Map.of());
    for (int i = 0; i < 2; i++) {
      call(type, table, "append", rows, "app", 1L);
    }
    assertThat(call(type, table, "replace", rows, Map.of("tenant", "a"), "place", 1L, "one"))
        .isEqualTo(OptionalLong.of(2));
    call(type, table, "addMissing", SPARK, new StructType().add("added", "string"));

    assertThat(call(type, table, "transaction", SPARK, "app")).isEqualTo(OptionalLong.of(1));
    assertThat(call(type, table, "version", SPARK)).isEqualTo(3L);
    assertThat(call(type, table, "rowCount", SPARK)).isEqualTo(2L);
    assertThat(call(type, table, "untouchedSince", SPARK, 3L, Map.of("tenant", "a")))
        .isEqualTo(true);
  }

  @Test
  void andWhatLinksThemWouldNotWorkThere() throws ReflectiveOperationException {
    Class<?> linked = poor.loadClass("io.backhaul.diff.delta.internal.SnapshotLog");

    assertThatThrownBy(() -> linked.getDeclaredMethods())
        .isInstanceOf(NoClassDefFoundError.class)
        .hasMessageContaining("org/apache/spark/sql/delta/");
  }

  /** The only method of that name that takes these. */
  private static Object call(Class<?> type, Object on, String name, Object... values)
      throws ReflectiveOperationException {
    for (var method : type.getMethods()) {
      if (method.getName().equals(name) && takes(method.getParameterTypes(), values)) {
        try {
          return method.invoke(on, values);
        } catch (InvocationTargetException e) {
          throw new AssertionError(name, e.getCause());
        }
      }
    }
    throw new NoSuchMethodException(name);
  }

  private static boolean takes(Class<?>[] types, Object... values) {
    if (types.length != values.length) {
      return false;
    }
    for (int i = 0; i < types.length; i++) {
      if (!types[i].isInstance(values[i])
          && !(types[i] == long.class && values[i] instanceof Long)) {
        return false;
      }
    }
    return true;
  }
}
