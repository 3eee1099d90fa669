// Generated from schemas/environment.schema.json: change that, then run: npm run generate
"use strict";
export const isEnvironment = validate20;
const schema31 = {"$schema":"https://json-schema.org/draft/2020-12/schema","title":"Environment","description":"A named place to run experiments and notebooks in: a container image and, on top of it, a conda environment.","type":"object","additionalProperties":false,"required":["name","docker-image"],"properties":{"name":{"description":"The name, unique in the store: 1 to 63 characters of A-Z a-z 0-9 . _ -, the first a letter or a digit.","type":"string","pattern":"^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$","examples":["my_submarine_env"]},"docker-image":{"description":"The container image that everything runs in, as docker pull takes it.","type":"string","pattern":"^[A-Za-z0-9\\[][^\\s]*$","examples":["continuumio/anaconda3","registry.example:5000/ml/cuda:12.4"]},"vm-image":{"description":"The image of a virtual machine that the container image was prepared for; the name is the cloud's.","type":"string","pattern":"^[^\\s,-]([^\\s]*[^\\s,])?$","examples":["ami-0abcd1234"]},"kernel":{"$ref":"#/$defs/kernel"},"description":{"description":"What it is for, in a sentence, for those who choose from a list.","type":"string","examples":["the most common environment of the ABC team"]}},"$defs":{"kernel":{"title":"Kernel","description":"A conda environment. With a name alone the image holds it already; with dependencies it is built when it is first used.","type":"object","additionalProperties":false,"required":["name"],"properties":{"name":{"description":"The name of the conda environment: no slash, space, colon or number sign, no hyphen in front.","type":"string","pattern":"^(?!\\.{1,2}$)[^-\\s/:#\\u0000-\\u001F\\u007F][^\\s/:#\\u0000-\\u001F\\u007F]{0,199}$","examples":["team_default_python_3.7"]},"channels":{"description":"Where packages come from, the first that has one wins: names or URLs of conda channels.","type":"array","items":{"type":"string","pattern":"^[^\\s-][^\\s]*$"},"examples":[["conda-forge","defaults"]]},"dependencies":{"description":"What it holds: conda packages, and one pip mapping for what comes from the Python Package Index.","type":"array","items":{"$ref":"#/$defs/dependency"},"examples":[["python=3.11","numpy>=1.26",{"pip":["tensorflow==2.16.1"]}]]},"variables":{"description":"Environment variables that are set when it is activated; a dollar sign in a value is never expanded. Names that begin with SUBMARINE_ or boot_, IFS and BASH_VERSION are reserved.","type":"object","propertyNames":{"pattern":"^(?!SUBMARINE_|boot_|(IFS|BASH_VERSION)$)[A-Za-z_][A-Za-z0-9_]*$"},"additionalProperties":{"type":"string","pattern":"^[^\\u0000]*$"},"examples":[{"OMP_NUM_THREADS":"4"}]},"prefix":{"description":"Where the environment lay on the machine that exported it; read and dropped.","type":["string","null"],"deprecated":true}}},"dependency":{"title":"Dependency","description":"A conda MatchSpec, or the list of what pip installs.","anyOf":[{"type":"string","pattern":"\\S"},{"type":"object","additionalProperties":false,"required":["pip"],"properties":{"pip":{"description":"Lines as in a requirements file: requirements, and options such as --index-url.","type":"array","items":{"type":"string","pattern":"\\S"}}}}]}}};
const pattern4 = new RegExp("^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$", "u");
const pattern5 = new RegExp("^[A-Za-z0-9\\[][^\\s]*$", "u");
const pattern6 = new RegExp("^[^\\s,-]([^\\s]*[^\\s,])?$", "u");
const schema32 = {"title":"Kernel","description":"A conda environment. With a name alone the image holds it already; with dependencies it is built when it is first used.","type":"object","additionalProperties":false,"required":["name"],"properties":{"name":{"description":"The name of the conda environment: no slash, space, colon or number sign, no hyphen in front.","type":"string","pattern":"^(?!\\.{1,2}$)[^-\\s/:#\\u0000-\\u001F\\u007F][^\\s/:#\\u0000-\\u001F\\u007F]{0,199}$","examples":["team_default_python_3.7"]},"channels":{"description":"Where packages come from, the first that has one wins: names or URLs of conda channels.","type":"array","items":{"type":"string","pattern":"^[^\\s-][^\\s]*$"},"examples":[["conda-forge","defaults"]]},"dependencies":{"description":"What it holds: conda packages, and one pip mapping for what comes from the Python Package Index.","type":"array","items":{"$ref":"#/$defs/dependency"},"examples":[["python=3.11","numpy>=1.26",{"pip":["tensorflow==2.16.1"]}]]},"variables":{"description":"Environment variables that are set when it is activated; a dollar sign in a value is never expanded. Names that begin with SUBMARINE_ or boot_, IFS and BASH_VERSION are reserved.","type":"object","propertyNames":{"pattern":"^(?!SUBMARINE_|boot_|(IFS|BASH_VERSION)$)[A-Za-z_][A-Za-z0-9_]*$"},"additionalProperties":{"type":"string","pattern":"^[^\\u0000]*$"},"examples":[{"OMP_NUM_THREADS":"4"}]},"prefix":{"description":"Where the environment lay on the machine that exported it; read and dropped.","type":["string","null"],"deprecated":true}}};
const schema33 = {"title":"Dependency","description":"A conda MatchSpec, or the list of what pip installs.","anyOf":[{"type":"string","pattern":"\\S"},{"type":"object","additionalProperties":false,"required":["pip"],"properties":{"pip":{"description":"Lines as in a requirements file: requirements, and options such as --index-url.","type":"array","items":{"type":"string","pattern":"\\S"}}}}]};
const pattern7 = new RegExp("^(?!\\.{1,2}$)[^-\\s/:#\\u0000-\\u001F\\u007F][^\\s/:#\\u0000-\\u001F\\u007F]{0,199}$", "u");
const pattern8 = new RegExp("^[^\\s-][^\\s]*$", "u");
const pattern9 = new RegExp("\\S", "u");
const pattern11 = new RegExp("^(?!SUBMARINE_|boot_|(IFS|BASH_VERSION)$)[A-Za-z_][A-Za-z0-9_]*$", "u");
const pattern12 = new RegExp("^[^\\u0000]*$", "u");

function validate21(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate21.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.name === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "name"}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
for(const key0 in data){
if(!(((((key0 === "name") || (key0 === "channels")) || (key0 === "dependencies")) || (key0 === "variables")) || (key0 === "prefix"))){
const err1 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
if(data.name !== undefined){
let data0 = data.name;
if(typeof data0 === "string"){
if(!pattern7.test(data0)){
const err2 = {instancePath:instancePath+"/name",schemaPath:"#/properties/name/pattern",keyword:"pattern",params:{pattern: "^(?!\\.{1,2}$)[^-\\s/:#\\u0000-\\u001F\\u007F][^\\s/:#\\u0000-\\u001F\\u007F]{0,199}$"}};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
else {
const err3 = {instancePath:instancePath+"/name",schemaPath:"#/properties/name/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
if(data.channels !== undefined){
let data1 = data.channels;
if(Array.isArray(data1)){
const len0 = data1.length;
for(let i0=0; i0<len0; i0++){
let data2 = data1[i0];
if(typeof data2 === "string"){
if(!pattern8.test(data2)){
const err4 = {instancePath:instancePath+"/channels/" + i0,schemaPath:"#/properties/channels/items/pattern",keyword:"pattern",params:{pattern: "^[^\\s-][^\\s]*$"}};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
else {
const err5 = {instancePath:instancePath+"/channels/" + i0,schemaPath:"#/properties/channels/items/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
}
else {
const err6 = {instancePath:instancePath+"/channels",schemaPath:"#/properties/channels/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
if(data.dependencies !== undefined){
let data3 = data.dependencies;
if(Array.isArray(data3)){
const len1 = data3.length;
for(let i1=0; i1<len1; i1++){
let data4 = data3[i1];
const _errs12 = errors;
let valid6 = false;
const _errs13 = errors;
if(typeof data4 === "string"){
if(!pattern9.test(data4)){
const err7 = {instancePath:instancePath+"/dependencies/" + i1,schemaPath:"#/$defs/dependency/anyOf/0/pattern",keyword:"pattern",params:{pattern: "\\S"}};
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
const err8 = {instancePath:instancePath+"/dependencies/" + i1,schemaPath:"#/$defs/dependency/anyOf/0/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
var _valid0 = _errs13 === errors;
valid6 = valid6 || _valid0;
const _errs15 = errors;
if(data4 && typeof data4 == "object" && !Array.isArray(data4)){
if(data4.pip === undefined){
const err9 = {instancePath:instancePath+"/dependencies/" + i1,schemaPath:"#/$defs/dependency/anyOf/1/required",keyword:"required",params:{missingProperty: "pip"}};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
for(const key1 in data4){
if(!(key1 === "pip")){
const err10 = {instancePath:instancePath+"/dependencies/" + i1,schemaPath:"#/$defs/dependency/anyOf/1/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1}};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
}
if(data4.pip !== undefined){
let data5 = data4.pip;
if(Array.isArray(data5)){
const len2 = data5.length;
for(let i2=0; i2<len2; i2++){
let data6 = data5[i2];
if(typeof data6 === "string"){
if(!pattern9.test(data6)){
const err11 = {instancePath:instancePath+"/dependencies/" + i1+"/pip/" + i2,schemaPath:"#/$defs/dependency/anyOf/1/properties/pip/items/pattern",keyword:"pattern",params:{pattern: "\\S"}};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
}
else {
const err12 = {instancePath:instancePath+"/dependencies/" + i1+"/pip/" + i2,schemaPath:"#/$defs/dependency/anyOf/1/properties/pip/items/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
}
}
else {
const err13 = {instancePath:instancePath+"/dependencies/" + i1+"/pip",schemaPath:"#/$defs/dependency/anyOf/1/properties/pip/type",keyword:"type",params:{type: "array"}};
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
else {
const err14 = {instancePath:instancePath+"/dependencies/" + i1,schemaPath:"#/$defs/dependency/anyOf/1/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
var _valid0 = _errs15 === errors;
valid6 = valid6 || _valid0;
if(!valid6){
const err15 = {instancePath:instancePath+"/dependencies/" + i1,schemaPath:"#/$defs/dependency/anyOf",keyword:"anyOf",params:{}};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
else {
errors = _errs12;
if(vErrors !== null){
if(_errs12){
vErrors.length = _errs12;
}
else {
vErrors = null;
}
}
}
}
}
else {
const err16 = {instancePath:instancePath+"/dependencies",schemaPath:"#/properties/dependencies/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
}
if(data.variables !== undefined){
let data7 = data.variables;
if(data7 && typeof data7 == "object" && !Array.isArray(data7)){
for(const key2 in data7){
const _errs24 = errors;
if(typeof key2 === "string"){
if(!pattern11.test(key2)){
const err17 = {instancePath:instancePath+"/variables",schemaPath:"#/properties/variables/propertyNames/pattern",keyword:"pattern",params:{pattern: "^(?!SUBMARINE_|boot_|(IFS|BASH_VERSION)$)[A-Za-z_][A-Za-z0-9_]*$"},propertyName:key2};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
}
var valid10 = _errs24 === errors;
if(!valid10){
const err18 = {instancePath:instancePath+"/variables",schemaPath:"#/properties/variables/propertyNames",keyword:"propertyNames",params:{propertyName: key2}};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
}
for(const key3 in data7){
let data8 = data7[key3];
if(typeof data8 === "string"){
if(!pattern12.test(data8)){
const err19 = {instancePath:instancePath+"/variables/" + key3.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/variables/additionalProperties/pattern",keyword:"pattern",params:{pattern: "^[^\\u0000]*$"}};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
}
else {
const err20 = {instancePath:instancePath+"/variables/" + key3.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/variables/additionalProperties/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
}
}
else {
const err21 = {instancePath:instancePath+"/variables",schemaPath:"#/properties/variables/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
}
}
if(data.prefix !== undefined){
let data9 = data.prefix;
if((typeof data9 !== "string") && (data9 !== null)){
const err22 = {instancePath:instancePath+"/prefix",schemaPath:"#/properties/prefix/type",keyword:"type",params:{type: schema32.properties.prefix.type}};
if(vErrors === null){
vErrors = [err22];
}
else {
vErrors.push(err22);
}
errors++;
}
}
}
else {
const err23 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err23];
}
else {
vErrors.push(err23);
}
errors++;
}
validate21.errors = vErrors;
return errors === 0;
}
validate21.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};


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
if(data.name === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "name"}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data["docker-image"] === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "docker-image"}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
for(const key0 in data){
if(!(((((key0 === "name") || (key0 === "docker-image")) || (key0 === "vm-image")) || (key0 === "kernel")) || (key0 === "description"))){
const err2 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0}};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
if(data.name !== undefined){
let data0 = data.name;
if(typeof data0 === "string"){
if(!pattern4.test(data0)){
const err3 = {instancePath:instancePath+"/name",schemaPath:"#/properties/name/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$"}};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
else {
const err4 = {instancePath:instancePath+"/name",schemaPath:"#/properties/name/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
if(data["docker-image"] !== undefined){
let data1 = data["docker-image"];
if(typeof data1 === "string"){
if(!pattern5.test(data1)){
const err5 = {instancePath:instancePath+"/docker-image",schemaPath:"#/properties/docker-image/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z0-9\\[][^\\s]*$"}};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
else {
const err6 = {instancePath:instancePath+"/docker-image",schemaPath:"#/properties/docker-image/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
if(data["vm-image"] !== undefined){
let data2 = data["vm-image"];
if(typeof data2 === "string"){
if(!pattern6.test(data2)){
const err7 = {instancePath:instancePath+"/vm-image",schemaPath:"#/properties/vm-image/pattern",keyword:"pattern",params:{pattern: "^[^\\s,-]([^\\s]*[^\\s,])?$"}};
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
const err8 = {instancePath:instancePath+"/vm-image",schemaPath:"#/properties/vm-image/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
if(data.kernel !== undefined){
if(!(validate21(data.kernel, {instancePath:instancePath+"/kernel",parentData:data,parentDataProperty:"kernel",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate21.errors : vErrors.concat(validate21.errors);
errors = vErrors.length;
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
}
else {
const err10 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
validate20.errors = vErrors;
return errors === 0;
}
validate20.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};
