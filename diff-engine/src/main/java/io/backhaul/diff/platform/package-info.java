/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Where Spark 3.5 with Scala 2.12 and Spark 4 with Scala 2.13 part. {@code SparkPlatform} is there
 * twice, with the same methods, in {@code src/main/java-spark-3} and {@code src/main/java-spark-4};
 * all other sources are the same for both.
 */
package io.backhaul.diff.platform;
