// Generated from schemas/experiment.schema.json: change that, then run: npm run generate
"use strict";
export const isExperiment = validate20;
const schema31 = {"$schema":"https://json-schema.org/draft/2020-12/schema","title":"Experiment","description":"A command with named parameters that is run in an environment of the store.","type":"object","additionalProperties":false,"required":["kind","name","environment","command"],"properties":{"kind":{"description":"What tells an experiment from an environment, which needs no kind.","type":"string","const":"experiment"},"name":{"description":"The name, unique among the experiments of the store: 1 to 63 characters of A-Z a-z 0-9 . _ -, the first a letter or a digit.","type":"string","pattern":"^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$","examples":["train-mnist"]},"description":{"description":"What it is for, in a sentence, for those who choose from a list.","type":"string"},"environment":{"description":"The name of the environment of the store that it runs in.","type":"string","pattern":"^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$","examples":["my_submarine_env"]},"code":{"description":"The folder to mount and work in, relative to the folder of the store's file; a repository elsewhere, as git+https://host/repo.git@ref; or false for none. Without it the working directory.","type":["string","boolean"],"pattern":"^[^\\u0000]+$","examples":[".","git+https://host.example/team/repo.git@v1"]},"command":{"description":"The command and its arguments. {NAME} stands for the value of a parameter, {{ and }} for braces.","type":"array","minItems":1,"items":{"type":"string","pattern":"^[^\\u0000]*$"},"examples":[["python","train.py","--lr","{lr}"]]},"parameters":{"description":"What can be chosen for each run, by name.","type":"object","additionalProperties":{"$ref":"#/$defs/parameter"},"examples":[{"lr":{"type":"number","default":0.1,"minimum":0}}]},"resources":{"$ref":"#/$defs/resources"},"timeout":{"description":"How long the command may take before it is ended: 90s, 30m, 12h.","type":"string","examples":["2h"]},"results":{"description":"Folders whose files are compared when a run is repeated, relative to the code folder.","type":"array","items":{"type":"string","pattern":"^[^\\u0000]+$"},"examples":[["results"]]}},"$defs":{"parameter":{"title":"Parameter","description":"A value of the command that is chosen for each run. Without a default it must be given, unless required is false: then arguments that name it are left out.","type":"object","additionalProperties":false,"properties":{"type":{"description":"What its values are; string where nothing is said.","type":"string","enum":["string","integer","number","boolean"]},"default":{"description":"The value where none is given.","type":["string","number","boolean"]},"choices":{"description":"The only values that it can have.","type":"array","minItems":1,"items":{"type":["string","number","boolean"]},"examples":[["adam","sgd"]]},"minimum":{"description":"The least value of a number.","type":"number"},"maximum":{"description":"The greatest value of a number.","type":"number"},"required":{"description":"Whether a value must be given for each run.","type":"boolean"},"description":{"description":"What it is, in a sentence.","type":"string"}}},"resources":{"title":"Resources","description":"What the container gets, as the options of the same names say it.","type":"object","additionalProperties":false,"properties":{"memory":{"description":"The memory limit: 512m, 8g.","type":["string","number"],"examples":["8g"]},"cpus":{"description":"How many CPUs: 2, 0.5.","type":["string","number"],"examples":[2]},"gpus":{"description":"Graphics processors: all, 2, device=0.","type":["string","number"],"examples":["all"]},"shm-size":{"description":"The size of /dev/shm: 2g.","type":["string","number"],"examples":["2g"]}}}}};
const schema32 = {"title":"Parameter","description":"A value of the command that is chosen for each run. Without a default it must be given, unless required is false: then arguments that name it are left out.","type":"object","additionalProperties":false,"properties":{"type":{"description":"What its values are; string where nothing is said.","type":"string","enum":["string","integer","number","boolean"]},"default":{"description":"The value where none is given.","type":["string","number","boolean"]},"choices":{"description":"The only values that it can have.","type":"array","minItems":1,"items":{"type":["string","number","boolean"]},"examples":[["adam","sgd"]]},"minimum":{"description":"The least value of a number.","type":"number"},"maximum":{"description":"The greatest value of a number.","type":"number"},"required":{"description":"Whether a value must be given for each run.","type":"boolean"},"description":{"description":"What it is, in a sentence.","type":"string"}}};
const schema33 = {"title":"Resources","description":"What the container gets, as the options of the same names say it.","type":"object","additionalProperties":false,"properties":{"memory":{"description":"The memory limit: 512m, 8g.","type":["string","number"],"examples":["8g"]},"cpus":{"description":"How many CPUs: 2, 0.5.","type":["string","number"],"examples":[2]},"gpus":{"description":"Graphics processors: all, 2, device=0.","type":["string","number"],"examples":["all"]},"shm-size":{"description":"The size of /dev/shm: 2g.","type":["string","number"],"examples":["2g"]}}};
const func1 = Object.prototype.hasOwnProperty;
const pattern4 = new RegExp("^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$", "u");
const pattern6 = new RegExp("^[^\\u0000]+$", "u");
const pattern7 = new RegExp("^[^\\u0000]*$", "u");

function validate20(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate20.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.kind === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "kind"}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.name === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "name"}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data.environment === undefined){
const err2 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "environment"}};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
if(data.command === undefined){
const err3 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "command"}};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
for(const key0 in data){
if(!(func1.call(schema31.properties, key0))){
const err4 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0}};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
if(data.kind !== undefined){
let data0 = data.kind;
if(typeof data0 !== "string"){
const err5 = {instancePath:instancePath+"/kind",schemaPath:"#/properties/kind/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
if("experiment" !== data0){
const err6 = {instancePath:instancePath+"/kind",schemaPath:"#/properties/kind/const",keyword:"const",params:{allowedValue: "experiment"}};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
if(data.name !== undefined){
let data1 = data.name;
if(typeof data1 === "string"){
if(!pattern4.test(data1)){
const err7 = {instancePath:instancePath+"/name",schemaPath:"#/properties/name/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$"}};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
else {
const err8 = {instancePath:instancePath+"/name",schemaPath:"#/properties/name/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
if(data.description !== undefined){
if(typeof data.description !== "string"){
const err9 = {instancePath:instancePath+"/description",schemaPath:"#/properties/description/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
if(data.environment !== undefined){
let data3 = data.environment;
if(typeof data3 === "string"){
if(!pattern4.test(data3)){
const err10 = {instancePath:instancePath+"/environment",schemaPath:"#/properties/environment/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$"}};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
}
else {
const err11 = {instancePath:instancePath+"/environment",schemaPath:"#/properties/environment/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
}
if(data.code !== undefined){
let data4 = data.code;
if((typeof data4 !== "string") && (typeof data4 !== "boolean")){
const err12 = {instancePath:instancePath+"/code",schemaPath:"#/properties/code/type",keyword:"type",params:{type: schema31.properties.code.type}};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
if(typeof data4 === "string"){
if(!pattern6.test(data4)){
const err13 = {instancePath:instancePath+"/code",schemaPath:"#/properties/code/pattern",keyword:"pattern",params:{pattern: "^[^\\u0000]+$"}};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
}
}
if(data.command !== undefined){
let data5 = data.command;
if(Array.isArray(data5)){
if(data5.length < 1){
const err14 = {instancePath:instancePath+"/command",schemaPath:"#/properties/command/minItems",keyword:"minItems",params:{limit: 1}};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
const len0 = data5.length;
for(let i0=0; i0<len0; i0++){
let data6 = data5[i0];
if(typeof data6 === "string"){
if(!pattern7.test(data6)){
const err15 = {instancePath:instancePath+"/command/" + i0,schemaPath:"#/properties/command/items/pattern",keyword:"pattern",params:{pattern: "^[^\\u0000]*$"}};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
}
else {
const err16 = {instancePath:instancePath+"/command/" + i0,schemaPath:"#/properties/command/items/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
}
}
else {
const err17 = {instancePath:instancePath+"/command",schemaPath:"#/properties/command/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
}
if(data.parameters !== undefined){
let data7 = data.parameters;
if(data7 && typeof data7 == "object" && !Array.isArray(data7)){
for(const key1 in data7){
let data8 = data7[key1];
if(data8 && typeof data8 == "object" && !Array.isArray(data8)){
for(const key2 in data8){
if(!(((((((key2 === "type") || (key2 === "default")) || (key2 === "choices")) || (key2 === "minimum")) || (key2 === "maximum")) || (key2 === "required")) || (key2 === "description"))){
const err18 = {instancePath:instancePath+"/parameters/" + key1.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/$defs/parameter/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key2}};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
}
if(data8.type !== undefined){
let data9 = data8.type;
if(typeof data9 !== "string"){
const err19 = {instancePath:instancePath+"/parameters/" + key1.replace(/~/g, "~0").replace(/\//g, "~1")+"/type",schemaPath:"#/$defs/parameter/properties/type/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
if(!((((data9 === "string") || (data9 === "integer")) || (data9 === "number")) || (data9 === "boolean"))){
const err20 = {instancePath:instancePath+"/parameters/" + key1.replace(/~/g, "~0").replace(/\//g, "~1")+"/type",schemaPath:"#/$defs/parameter/properties/type/enum",keyword:"enum",params:{allowedValues: schema32.properties.type.enum}};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
}
if(data8.default !== undefined){
let data10 = data8.default;
if(((typeof data10 !== "string") && (!((typeof data10 == "number") && (isFinite(data10))))) && (typeof data10 !== "boolean")){
const err21 = {instancePath:instancePath+"/parameters/" + key1.replace(/~/g, "~0").replace(/\//g, "~1")+"/default",schemaPath:"#/$defs/parameter/properties/default/type",keyword:"type",params:{type: schema32.properties.default.type}};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
}
}
if(data8.choices !== undefined){
let data11 = data8.choices;
if(Array.isArray(data11)){
if(data11.length < 1){
const err22 = {instancePath:instancePath+"/parameters/" + key1.replace(/~/g, "~0").replace(/\//g, "~1")+"/choices",schemaPath:"#/$defs/parameter/properties/choices/minItems",keyword:"minItems",params:{limit: 1}};
if(vErrors === null){
vErrors = [err22];
}
else {
vErrors.push(err22);
}
errors++;
}
const len1 = data11.length;
for(let i1=0; i1<len1; i1++){
let data12 = data11[i1];
if(((typeof data12 !== "string") && (!((typeof data12 == "number") && (isFinite(data12))))) && (typeof data12 !== "boolean")){
const err23 = {instancePath:instancePath+"/parameters/" + key1.replace(/~/g, "~0").replace(/\//g, "~1")+"/choices/" + i1,schemaPath:"#/$defs/parameter/properties/choices/items/type",keyword:"type",params:{type: schema32.properties.choices.items.type}};
if(vErrors === null){
vErrors = [err23];
}
else {
vErrors.push(err23);
}
errors++;
}
}
}
else {
const err24 = {instancePath:instancePath+"/parameters/" + key1.replace(/~/g, "~0").replace(/\//g, "~1")+"/choices",schemaPath:"#/$defs/parameter/properties/choices/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err24];
}
else {
vErrors.push(err24);
}
errors++;
}
}
if(data8.minimum !== undefined){
let data13 = data8.minimum;
if(!((typeof data13 == "number") && (isFinite(data13)))){
const err25 = {instancePath:instancePath+"/parameters/" + key1.replace(/~/g, "~0").replace(/\//g, "~1")+"/minimum",schemaPath:"#/$defs/parameter/properties/minimum/type",keyword:"type",params:{type: "number"}};
if(vErrors === null){
vErrors = [err25];
}
else {
vErrors.push(err25);
}
errors++;
}
}
if(data8.maximum !== undefined){
let data14 = data8.maximum;
if(!((typeof data14 == "number") && (isFinite(data14)))){
const err26 = {instancePath:instancePath+"/parameters/" + key1.replace(/~/g, "~0").replace(/\//g, "~1")+"/maximum",schemaPath:"#/$defs/parameter/properties/maximum/type",keyword:"type",params:{type: "number"}};
if(vErrors === null){
vErrors = [err26];
}
else {
vErrors.push(err26);
}
errors++;
}
}
if(data8.required !== undefined){
if(typeof data8.required !== "boolean"){
const err27 = {instancePath:instancePath+"/parameters/" + key1.replace(/~/g, "~0").replace(/\//g, "~1")+"/required",schemaPath:"#/$defs/parameter/properties/required/type",keyword:"type",params:{type: "boolean"}};
if(vErrors === null){
vErrors = [err27];
}
else {
vErrors.push(err27);
}
errors++;
}
}
if(data8.description !== undefined){
if(typeof data8.description !== "string"){
const err28 = {instancePath:instancePath+"/parameters/" + key1.replace(/~/g, "~0").replace(/\//g, "~1")+"/description",schemaPath:"#/$defs/parameter/properties/description/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err28];
}
else {
vErrors.push(err28);
}
errors++;
}
}
}
else {
const err29 = {instancePath:instancePath+"/parameters/" + key1.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/$defs/parameter/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err29];
}
else {
vErrors.push(err29);
}
errors++;
}
}
}
else {
const err30 = {instancePath:instancePath+"/parameters",schemaPath:"#/properties/parameters/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err30];
}
else {
vErrors.push(err30);
}
errors++;
}
}
if(data.resources !== undefined){
let data17 = data.resources;
if(data17 && typeof data17 == "object" && !Array.isArray(data17)){
for(const key3 in data17){
if(!((((key3 === "memory") || (key3 === "cpus")) || (key3 === "gpus")) || (key3 === "shm-size"))){
const err31 = {instancePath:instancePath+"/resources",schemaPath:"#/$defs/resources/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key3}};
if(vErrors === null){
vErrors = [err31];
}
else {
vErrors.push(err31);
}
errors++;
}
}
if(data17.memory !== undefined){
let data18 = data17.memory;
if((typeof data18 !== "string") && (!((typeof data18 == "number") && (isFinite(data18))))){
const err32 = {instancePath:instancePath+"/resources/memory",schemaPath:"#/$defs/resources/properties/memory/type",keyword:"type",params:{type: schema33.properties.memory.type}};
if(vErrors === null){
vErrors = [err32];
}
else {
vErrors.push(err32);
}
errors++;
}
}
if(data17.cpus !== undefined){
let data19 = data17.cpus;
if((typeof data19 !== "string") && (!((typeof data19 == "number") && (isFinite(data19))))){
const err33 = {instancePath:instancePath+"/resources/cpus",schemaPath:"#/$defs/resources/properties/cpus/type",keyword:"type",params:{type: schema33.properties.cpus.type}};
if(vErrors === null){
vErrors = [err33];
}
else {
vErrors.push(err33);
}
errors++;
}
}
if(data17.gpus !== undefined){
let data20 = data17.gpus;
if((typeof data20 !== "string") && (!((typeof data20 == "number") && (isFinite(data20))))){
const err34 = {instancePath:instancePath+"/resources/gpus",schemaPath:"#/$defs/resources/properties/gpus/type",keyword:"type",params:{type: schema33.properties.gpus.type}};
if(vErrors === null){
vErrors = [err34];
}
else {
vErrors.push(err34);
}
errors++;
}
}
if(data17["shm-size"] !== undefined){
let data21 = data17["shm-size"];
if((typeof data21 !== "string") && (!((typeof data21 == "number") && (isFinite(data21))))){
const err35 = {instancePath:instancePath+"/resources/shm-size",schemaPath:"#/$defs/resources/properties/shm-size/type",keyword:"type",params:{type: schema33.properties["shm-size"].type}};
if(vErrors === null){
vErrors = [err35];
}
else {
vErrors.push(err35);
}
errors++;
}
}
}
else {
const err36 = {instancePath:instancePath+"/resources",schemaPath:"#/$defs/resources/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err36];
}
else {
vErrors.push(err36);
}
errors++;
}
}
if(data.timeout !== undefined){
if(typeof data.timeout !== "string"){
const err37 = {instancePath:instancePath+"/timeout",schemaPath:"#/properties/timeout/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err37];
}
else {
vErrors.push(err37);
}
errors++;
}
}
if(data.results !== undefined){
let data23 = data.results;
if(Array.isArray(data23)){
const len2 = data23.length;
for(let i2=0; i2<len2; i2++){
let data24 = data23[i2];
if(typeof data24 === "string"){
if(!pattern6.test(data24)){
const err38 = {instancePath:instancePath+"/results/" + i2,schemaPath:"#/properties/results/items/pattern",keyword:"pattern",params:{pattern: "^[^\\u0000]+$"}};
if(vErrors === null){
vErrors = [err38];
}
else {
vErrors.push(err38);
}
errors++;
}
}
else {
const err39 = {instancePath:instancePath+"/results/" + i2,schemaPath:"#/properties/results/items/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err39];
}
else {
vErrors.push(err39);
}
errors++;
}
}
}
else {
const err40 = {instancePath:instancePath+"/results",schemaPath:"#/properties/results/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err40];
}
else {
vErrors.push(err40);
}
errors++;
}
}
}
else {
const err41 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err41];
}
else {
vErrors.push(err41);
}
errors++;
}
validate20.errors = vErrors;
return errors === 0;
}
validate20.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};
